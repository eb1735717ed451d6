import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../../runtime/home.js';
import type { ClickHouseEndpoint } from '../endpoints.js';
import { loopback } from '../net/ports.js';
import { clickHouseVersion } from './clickhouse-probe.js';
import type { Service, ServiceContext } from './service.js';

const users = { writer: 'pipe', reader: 'pipe_reader' };

/** The ClickHouse engine of npm's chdb, served over ClickHouse's HTTP interface by a Node process of ours. */
export const clickhouse: Service = {
  name: 'clickhouse',
  defaultPort: 8123,
  prepare: async (context) => writeConfiguration(context),
  process: async ({ runtime, home }) => ({
    file: process.execPath,
    args: [join(runtime.packageRoot, 'dist/core/stack/clickhouse-server/main.js'), configurationFile(home)],
    env: { ...runtime.env, UV_THREADPOOL_SIZE: '16' },
    cwd: home.root,
    outputFile: clickhouse.outputFile(home),
  }),
  probe: async (context) => ({ version: await clickHouseVersion(endpointOf(context)) }),
  stop: { signal: 'SIGTERM', patienceMs: 30_000 },
  logFile: (home) => join(home.logs, 'clickhouse.log'),
  outputFile: (home) => join(home.logs, 'clickhouse.out'),
  endpoints: (context) => ({ clickhouse: endpointOf(context) }),
};

/** With passwords in it, so readable by its owner alone. */
function writeConfiguration({ home, port, secrets }: ServiceContext): void {
  const configuration = {
    dataDir: join(home.data, 'clickhouse'),
    host: loopback,
    port,
    logFile: clickhouse.logFile(home),
    users: {
      writer: { name: users.writer, password: secrets.clickhouseWriter },
      reader: { name: users.reader, password: secrets.clickhouseReader },
    },
  };
  writeFileSync(configurationFile(home), `${JSON.stringify(configuration, null, 2)}\n`, { mode: 0o600 });
}

function endpointOf({ port, secrets }: Pick<ServiceContext, 'port' | 'secrets'>): ClickHouseEndpoint {
  return {
    url: `http://${loopback}:${port}`,
    database: 'default',
    user: users.writer,
    password: secrets.clickhouseWriter,
    reader: { user: users.reader, password: secrets.clickhouseReader },
  };
}

function configurationFile(home: Home): string {
  return join(home.secrets, 'clickhouse-server.json');
}

import { join } from 'node:path';
import { clickhouseServerProcess } from '../clickhouse-server/process.js';
import type { ClickHouseEndpoint } from '../endpoints.js';
import { loopback } from '../net/ports.js';
import type { ProcessDescription } from '../process/spawn.js';
import { announceTarget, withdrawTarget } from '../scrape-target.js';
import { clickHouseVersion } from './clickhouse-probe.js';
import type { Service, ServiceContext } from './service.js';

export const users = { writer: 'pipe', reader: 'pipe_reader' };

/** The ClickHouse engine of npm's chdb, served over ClickHouse's HTTP interface by a Node process of ours. */
export const clickhouse: Service = {
  name: 'clickhouse',
  defaultPort: 8123,
  check: async () => undefined,
  // The server makes its data folder itself.
  prepare: async () => undefined,
  process: async (context) => describe(context),
  probe: async (context) => ({ version: await clickHouseVersion(endpointOf(context)) }),
  afterStart: async ({ home, port }) => announceTarget(home, 'clickhouse', `${loopback}:${port}`),
  afterStop: async ({ home }) => withdrawTarget(home, 'clickhouse'),
  stop: { signal: 'SIGTERM', patienceMs: 30_000 },
  logFile: (home) => join(home.logs, 'clickhouse.log'),
  outputFile: (home) => join(home.logs, 'clickhouse.out'),
  endpoints: (context) => ({ clickhouse: endpointOf(context) }),
};

function describe({ runtime, home, port, secrets }: ServiceContext): ProcessDescription {
  const { file, args, env } = clickhouseServerProcess({
    packageRoot: runtime.packageRoot,
    configFile: join(home.secrets, 'clickhouse-server.json'),
    dataDir: join(home.data, 'clickhouse'),
    host: loopback,
    port,
    logFile: clickhouse.logFile(home),
    users: {
      writer: { name: users.writer, password: secrets.clickhouseWriter },
      reader: { name: users.reader, password: secrets.clickhouseReader },
    },
  });
  return { file, args, env: { ...runtime.env, ...env }, cwd: home.root, outputFile: clickhouse.outputFile(home) };
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

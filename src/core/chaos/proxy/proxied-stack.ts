import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Home } from '../../runtime/home.js';
import { type Project, projectFileName } from '../../runtime/project.js';
import type { CoreEndpoints, CoreServiceName } from '../../stack/services/service.js';
import { openProxy, type TcpProxy } from './tcp-proxy.js';

/** A running stack as seen through a proxy before each service. */
export interface ProxiedStack {
  proxies: Record<CoreServiceName, TcpProxy>;
  /** A folder whose project file has the profile `chaos`; the variables hold the passwords it refers to. */
  cwd: string;
  env: Record<string, string>;
  close(): Promise<void>;
}

export const profileName = 'chaos';
const secrets = { writer: 'PIPE_CHAOS_WRITER', reader: 'PIPE_CHAOS_READER', postgres: 'PIPE_CHAOS_POSTGRES' };

/**
 * Opens the proxies and writes the profile that leads through them. A broker tells its clients its own address, so Kafka's clients are led to the
 * proxy by the profile's `via`.
 */
export async function proxyStack(home: Home, endpoints: CoreEndpoints): Promise<ProxiedStack> {
  const { kafka, clickhouse, postgres } = endpoints;
  const [broker] = kafka.brokers;
  const database = new URL(postgres.url);
  const proxies = {
    kafka: await openProxy(broker!),
    clickhouse: await openProxy(new URL(clickhouse.url).host),
    postgres: await openProxy(database.host),
  };
  database.host = proxies.postgres.address;
  const profile: Project['profiles'][string] = {
    kafka: { brokers: [broker!], via: { [broker!]: proxies.kafka.address } },
    clickhouse: {
      url: `http://${proxies.clickhouse.address}`,
      database: clickhouse.database,
      user: clickhouse.user,
      password: reference(secrets.writer),
      reader: { user: clickhouse.reader.user, password: reference(secrets.reader) },
    },
    postgres: { url: reference(secrets.postgres) },
  };
  const cwd = join(home.run, profileName);
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, projectFileName), stringify({ profiles: { [profileName]: profile } }));
  return {
    proxies,
    cwd,
    env: {
      [secrets.writer]: clickhouse.password,
      [secrets.reader]: clickhouse.reader.password,
      [secrets.postgres]: database.href,
    },
    async close() {
      await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

function reference(variable: string): string {
  return `\${${variable}}`;
}

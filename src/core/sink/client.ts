import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { ClickHouseEndpoint } from '../stack/endpoints.js';

export interface ConnectOptions {
  /** The longest that one request may take, in ms. */
  timeoutMs?: number;
  /** Requests at a time; further ones wait for a free connection. */
  connections?: number;
}

/** A client that may read and write. Connects on the first request; close it. */
export function connectWriter(endpoint: ClickHouseEndpoint, options: ConnectOptions = {}): ClickHouseClient {
  return connect(endpoint, { user: endpoint.user, password: endpoint.password }, options);
}

/** A client with the read-only user's rights. Connects on the first request; close it. */
export function connectReader(endpoint: ClickHouseEndpoint, options: ConnectOptions = {}): ClickHouseClient {
  return connect(endpoint, endpoint.reader, options);
}

/** Lends a read-only client to `use` and closes it afterwards. */
export async function withReader<Result>(
  endpoint: ClickHouseEndpoint,
  options: ConnectOptions,
  use: (client: ClickHouseClient) => Promise<Result>,
): Promise<Result> {
  const client = connectReader(endpoint, options);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

function connect(
  endpoint: ClickHouseEndpoint,
  { user, password }: { user: string; password: string },
  { timeoutMs = 120_000, connections = 10 }: ConnectOptions,
): ClickHouseClient {
  return createClient({
    url: endpoint.url,
    username: user,
    password,
    database: endpoint.database,
    application: 'pipe',
    request_timeout: timeoutMs,
    max_open_connections: connections,
    // Half of the servers' usual 3 s, so that no request goes to a connection which the server is about to close.
    keep_alive: { enabled: true, idle_socket_ttl: 1500, eagerly_destroy_stale_sockets: true },
    // The client's own log is not ours: failures reach the user as errors.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

import pg from 'pg';
import { messageOf, missingError, PipeError } from '../runtime/errors.js';
import type { PostgresEndpoint } from '../stack/endpoints.js';

/** The subset of pg's client that metadata needs; a pool's client will do as well. */
export type MetadataClient = pg.ClientBase;

/**
 * Runs `use` with a client of the metadata database and closes it. Throws a missing error (exit 3) when the database cannot be reached.
 * Times are read in UTC whatever the server's settings are.
 */
export async function withMetadata<T>(
  endpoint: PostgresEndpoint | undefined,
  use: (client: MetadataClient) => Promise<T>,
): Promise<T> {
  const client = await connectMetadata(endpoint);
  try {
    return await use(client);
  } catch (error) {
    throw explained(error);
  } finally {
    await client.end();
  }
}

/** A client that the caller ends. */
export async function connectMetadata(endpoint: PostgresEndpoint | undefined): Promise<pg.Client> {
  if (!endpoint)
    throw missingError(
      'no PostgreSQL is known here',
      'Start the stack with `pipe up`, or choose a --profile that names one.',
    );
  const client = clientOf(endpoint);
  // A connection lost while idle must not end the process: the next statement reports it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query("SET TIME ZONE 'UTC'; SET datestyle = 'ISO, YMD'");
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw unreachable(endpoint, error);
  }
}

function clientOf(endpoint: PostgresEndpoint): pg.Client {
  try {
    return new pg.Client({
      connectionString: endpoint.url,
      connectionTimeoutMillis: 5_000,
      application_name: 'pipe',
    });
  } catch (error) {
    throw unreachable(endpoint, error);
  }
}

function unreachable(endpoint: PostgresEndpoint, error: unknown): Error {
  const code = (error as { code?: string }).code ?? '';
  const hint = code.startsWith('28')
    ? 'User or password are wrong: `pipe env` prints those of the local stack.'
    : code === '3D000'
      ? 'Create the database, or name another one in the profile.'
      : 'Start the stack with `pipe up`; `pipe status` shows what runs.';
  return missingError(
    `PostgreSQL at ${placeOf(endpoint.url)}: ${messageOf(error)}`,
    hint,
    'POSTGRES_UNREACHABLE',
    error,
  );
}

/** What the server or the connection may do to any statement, in words that say what to do about it; anything else as it came. */
function explained(error: unknown): unknown {
  if (error instanceof PipeError || !(error instanceof Error)) return error;
  const { code = '' } = error as { code?: string };
  if (code === '42501')
    return missingError(
      `PostgreSQL: ${error.message}`,
      'The user must be allowed to do that, and to make schemas in the database to seed it.',
      'POSTGRES_FORBIDDEN',
      error,
    );
  const lost = code.startsWith('08') || code.startsWith('57P') || code === 'ECONNRESET' || code === 'EPIPE';
  if (lost || error.message.startsWith('Connection terminated'))
    return missingError(
      `PostgreSQL went away: ${error.message}`,
      'Nothing was left half done: run it again once `pipe status` says ready.',
      'POSTGRES_LOST',
      error,
    );
  return error;
}

/** host:port/database, without the password. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'an address that is no URL';
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

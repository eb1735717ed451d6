import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import { ClickHouseError } from '@clickhouse/client';
import { serverError } from '../sink/failures.js';
import { statementFailure } from './failure.js';

export interface Statement {
  sql: string;
  /** Bound by ClickHouse, never put into the text. */
  params: Readonly<Record<string, string>>;
}

export interface ExecuteOptions {
  /** ClickHouse's name of the output format, used where the statement has no FORMAT of its own. */
  format: string;
  /** Settings of the output format. */
  settings?: ClickHouseSettings;
  /** The longest that the statement may run. */
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface Answer {
  stream: Readable;
  /** What the stream really holds: the statement's own FORMAT wins. */
  format: string;
}

/**
 * Runs one statement and returns when its answer begins to come; the caller must read the stream to its end. The server holds the answer
 * back until the statement has ended (in a file where it is large), so a statement that fails never gives half an answer. Throws a usage
 * error with ClickHouse's text for a wrong statement.
 */
export async function execute(
  client: ClickHouseClient,
  statement: Statement,
  options: ExecuteOptions,
): Promise<Answer> {
  try {
    return await send(client, statement, options, {
      ...options.settings,
      max_execution_time: Math.max(1, Math.ceil(options.timeoutMs / 1000)),
    });
  } catch (error) {
    // A server whose read-only user may change no setting has limits of its own.
    if (!(error instanceof ClickHouseError && error.code === '164' && /setting/i.test(error.message)))
      throw statementFailure(error, options.timeoutMs);
  }
  try {
    return await send(client, statement, options, {});
  } catch (error) {
    throw statementFailure(error, options.timeoutMs);
  }
}

async function send(
  client: ClickHouseClient,
  { sql, params }: Statement,
  { format, signal }: ExecuteOptions,
  settings: ClickHouseSettings,
): Promise<Answer> {
  const {
    stream,
    response_headers: headers,
    http_status_code: status = 200,
  } = await client.exec({
    query: sql,
    query_params: params,
    clickhouse_settings: { ...settings, wait_end_of_query: 1, ...formatParameter(format) },
    abort_signal: signal,
    ignore_error_response: true,
  });
  if (status >= 400 || headers['x-clickhouse-exception-code'] !== undefined) throw serverError(await text(stream));
  return { stream, format: String(headers['x-clickhouse-format'] ?? format) };
}

/** Not a setting, but a parameter of the HTTP interface beside them; the client knows no other way to name it. */
function formatParameter(format: string): ClickHouseSettings {
  return { default_format: format } as ClickHouseSettings;
}

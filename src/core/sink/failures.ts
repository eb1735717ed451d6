import { ClickHouseError } from '@clickhouse/client';
import { messageOf, missingError, PipeError, usageError } from '../runtime/errors.js';

/** What a failed request says about the data: nothing was sent, nobody knows, or the server will never take it. */
export type Outcome = 'not_sent' | 'unknown' | 'refused';

/** Codes of ClickHouse that pass by themselves: load, memory, parts waiting for merges, a lost connection behind the server. */
const passing = new Set([
  '159', // TIMEOUT_EXCEEDED
  '202', // TOO_MANY_SIMULTANEOUS_QUERIES
  '209', // SOCKET_TIMEOUT
  '210', // NETWORK_ERROR
  '236', // ABORTED
  '241', // MEMORY_LIMIT_EXCEEDED
  '242', // TABLE_IS_READ_ONLY
  '252', // TOO_MANY_PARTS
  '285', // TOO_FEW_LIVE_REPLICAS
  '319', // UNKNOWN_STATUS_OF_INSERT
  '394', // QUERY_WAS_CANCELLED
  '999', // KEEPER_EXCEPTION
]);

/** Whether ClickHouse may well take the same request a little later. */
export function isPassing(error: ClickHouseError): boolean {
  return passing.has(error.code);
}

/** Whether ClickHouse does not know the user or the password. */
export function isRefusedUser(error: ClickHouseError): boolean {
  return ['192', '193', '194', '516'].includes(error.code);
}

/** A failure without a ClickHouse code came from the connection: refused before anything was sent, or cut at some point. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof ClickHouseError) return isPassing(error) ? 'unknown' : 'refused';
  if (error instanceof PipeError || error instanceof TypeError || error instanceof RangeError) return 'refused';
  const code = connectionCode(error);
  if (code && ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code))
    return 'not_sent';
  return 'unknown';
}

/** The failure in the project's words: 3 when the server cannot be reached or used, 2 when it does not let us in, 1 for all else. */
export function describeFailure(error: unknown, doing: string): PipeError {
  if (error instanceof PipeError) return error;
  if (error instanceof ClickHouseError) return describeServerError(error, doing);
  const code = connectionCode(error);
  return missingError(
    `${doing}: ClickHouse did not answer: ${messageOf(error)}${code && !messageOf(error).includes(code) ? ` (${code})` : ''}`,
    'See whether it runs: pipe status. Start it: pipe up.',
    'CLICKHOUSE_UNREACHABLE',
    error,
  );
}

/**
 * The error that a failed answer's text tells. The client's own reading of it ends at the first capital word in brackets, which in a syntax
 * error is a word of the statement.
 */
export function serverError(text: string): Error {
  const [, code, message] = /Code: (\d+)\. (?:DB::Exception: )?([\s\S]*)/.exec(text) ?? [];
  if (code === undefined || message === undefined) return new Error(text.trim() || 'an empty answer');
  const [marker, type] = /\s*\(([A-Z][A-Z0-9_]+)\)\s*(?:\(version [^)]*(?:\([^)]*\))?\))?\s*$/.exec(message) ?? [''];
  return new ClickHouseError({ code, type, message: message.slice(0, message.length - marker.length) });
}

/** ClickHouse's text without its version banner and stack. */
export function serverMessage(error: ClickHouseError): string {
  return error.message
    .replace(/\s*\(version [^)]*\)\s*$/, '')
    .replace(/^(Query failed: )?(Code: \d+\. )?(DB::Exception: )+/, '')
    .trim();
}

function describeServerError(error: ClickHouseError, doing: string): PipeError {
  const message = `${doing}: ${serverMessage(error)} [ClickHouse ${error.type ?? 'error'} ${error.code}]`;
  if (isRefusedUser(error))
    return usageError(message, 'Check user and password of the profile.', 'CLICKHOUSE_CREDENTIALS');
  if (error.code === '243')
    return missingError(message, "Make room on ClickHouse's disk.", 'CLICKHOUSE_DISK_FULL', error);
  if (isPassing(error))
    return missingError(message, 'ClickHouse is overloaded; try again later.', 'CLICKHOUSE_BUSY', error);
  return new PipeError(message, { code: 'CLICKHOUSE_ERROR', cause: error });
}

function connectionCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at instanceof AggregateError ? at.errors[0] : at.cause)
    if ('code' in at && typeof at.code === 'string') return at.code;
  return undefined;
}

import type { Writable } from 'node:stream';
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import { usageError } from '../runtime/errors.js';
import type { Clock } from '../runtime/runtime.js';
import { collect, type Rows } from './collect.js';
import { type Answer, execute, type Statement } from './execute.js';
import { type QueryFormat, serverFormat } from './formats.js';
import { passOn, streamRows } from './stream.js';

export interface AskOptions {
  format: QueryFormat;
  /** The rows are for people: numbers come as text, whole and with all digits of their scale. */
  exactText?: boolean;
  /** A statement's own FORMAT passes through as it comes; otherwise it is refused. */
  ownFormat?: boolean;
  out: Writable;
  timeoutMs: number;
  signal?: AbortSignal;
}

/** Rows to show, or how many have been written to `out` (null where the statement's own FORMAT hides it). */
export type Asked = { elapsedMs: number } & (({ kind: 'rows' } & Rows) | { kind: 'written'; rows: number | null });

/** Runs a statement once; `table` collects its rows, the other formats are written as they come. Aborted, it answers without rows. */
export async function ask(
  client: ClickHouseClient,
  statement: Statement,
  options: AskOptions,
  clock: Pick<Clock, 'monotonic'>,
): Promise<Asked> {
  const begun = clock.monotonic();
  try {
    const answered = await answer(client, statement, options);
    return { ...answered, elapsedMs: clock.monotonic() - begun };
  } catch (error) {
    if (!options.signal?.aborted) throw error;
    return { kind: 'rows', columns: [], rows: [], elapsedMs: clock.monotonic() - begun };
  }
}

/** Settings of the rows' format: plain JSON numbers, or text that shows each number exactly. */
export function formatSettings(exactText = false): ClickHouseSettings {
  return {
    output_format_json_quote_64bit_integers: exactText ? 1 : 0,
    output_format_json_quote_decimals: exactText ? 1 : 0,
    output_format_decimal_trailing_zeros: exactText ? 1 : 0,
  };
}

async function answer(client: ClickHouseClient, statement: Statement, options: AskOptions) {
  const { format, exactText, ownFormat, out, timeoutMs, signal } = options;
  const settings = formatSettings(exactText);
  const came = await execute(client, statement, { format: serverFormat[format], settings, timeoutMs, signal });
  if (came.format !== serverFormat[format]) {
    if (!ownFormat) throw unwantedFormat(came);
    await passOn(came.stream, out);
    return { kind: 'written' as const, rows: null };
  }
  if (format === 'table') return { kind: 'rows' as const, ...(await collect(came.stream)) };
  return { kind: 'written' as const, rows: await streamRows(came.stream, format, out) };
}

function unwantedFormat({ stream, format }: Answer): Error {
  stream.destroy();
  return usageError(
    `expected a statement without FORMAT, got FORMAT ${format}`,
    'Leave FORMAT out, or leave --format and --json out.',
  );
}

import type { ClickHouseClient } from '@clickhouse/client';
import type { Plan } from '../../pipeline/plan.js';
import { describeFailure } from '../../sink/failures.js';
import { quoteIdentifier } from '../../sink/identifiers.js';
import { windowView } from '../../sink/names.js';
import type { WindowSize } from '../oracle/expected-windows.js';
import type { Value } from '../oracle/values.js';

/** One row of a window's view; wide numbers are texts. */
export interface StoredWindowRow {
  start: number;
  end: number;
  keys: Value[];
  values: unknown[];
  provisional: boolean;
}

/** The stored rows of one window and size with from < end <= to. */
export async function storedWindows(
  client: ClickHouseClient,
  plan: Plan,
  { window, size }: WindowSize,
  range: { from: number; to: number },
): Promise<StoredWindowRow[]> {
  const keys = window.by.map((column) => quoteIdentifier(plan.fields[column]!.name));
  const values = window.aggregates.map(({ name, type }) =>
    type === 'timestamp' ? `toUnixTimestamp64Milli(${quoteIdentifier(name)})` : quoteIdentifier(name),
  );
  try {
    const result = await client.query({
      query: `SELECT ${['toUnixTimestamp64Milli(window_start)', 'toUnixTimestamp64Milli(window_end)', '_provisional', ...keys, ...values].join(', ')}
              FROM ${quoteIdentifier(windowView(plan, window))}
              WHERE window_size = {size:Int64} AND toUnixTimestamp64Milli(window_end) > {from:Int64}
                AND toUnixTimestamp64Milli(window_end) <= {to:Int64}`,
      query_params: { size, from: bounded(range.from), to: bounded(range.to) },
      format: 'JSONCompactEachRow',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 1, output_format_json_quote_decimals: 1 },
    });
    return (await result.json<unknown[]>()).map(([start, end, provisional, ...rest]) => ({
      start: Number(start),
      end: Number(end),
      provisional: provisional === true,
      keys: rest.slice(0, keys.length) as Value[],
      values: rest.slice(keys.length),
    }));
  } catch (error) {
    throw describeFailure(error, 'reading the stored windows');
  }
}

/** How many rows a window has in this size. */
export async function countWindows(
  client: ClickHouseClient,
  plan: Plan,
  { window, size }: WindowSize,
): Promise<number> {
  try {
    const result = await client.query({
      query: `SELECT toFloat64(count()) AS rows FROM ${quoteIdentifier(windowView(plan, window))} WHERE window_size = {size:Int64}`,
      query_params: { size },
      format: 'JSONEachRow',
    });
    const [row] = await result.json<{ rows: number }>();
    return row!.rows;
  } catch (error) {
    throw describeFailure(error, 'counting the stored windows');
  }
}

/** Times in ms stay far below 2^53. */
function bounded(time: number): number {
  return Math.min(Math.max(time, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

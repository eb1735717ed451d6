import type { ClickHouseClient } from '@clickhouse/client';
import type { Plan } from '../pipeline/plan.js';
import { describeFailure } from '../sink/failures.js';
import { quoteIdentifier } from '../sink/identifiers.js';
import { rawTable } from '../sink/names.js';

export interface StoredRows {
  rows: number;
  /** Different offsets among them. */
  distinct: number;
  /** Different offsets among those of events from `since` on. */
  recent: number;
}

/** By partition, how many raw rows come from offsets below the given position; `since` is in epoch ms. */
export async function storedRows(
  client: ClickHouseClient,
  plan: Plan,
  positions: ReadonlyMap<number, number>,
  since: number,
): Promise<Map<number, StoredRows>> {
  const time = quoteIdentifier(plan.fields[plan.time]!.name);
  const found = new Map<number, StoredRows>();
  for (const [partition, below] of positions) {
    try {
      const result = await client.query({
        query: `SELECT toFloat64(count()) AS rows, toFloat64(uniqExact(_offset)) AS distinct,
                  toFloat64(uniqExactIf(_offset, toUnixTimestamp64Milli(${time}) >= {since:Int64})) AS recent
                FROM ${quoteIdentifier(rawTable(plan))} WHERE _partition = {partition:UInt16} AND _offset < {below:UInt64}`,
        query_params: { partition, below, since },
        format: 'JSONEachRow',
      });
      const [row] = await result.json<StoredRows>();
      found.set(partition, row!);
    } catch (error) {
      throw describeFailure(error, 'counting the raw rows');
    }
  }
  return found;
}

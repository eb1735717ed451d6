import type { ClickHouseClient } from '@clickhouse/client';
import type { Plan } from '../pipeline/plan.js';
import { describeFailure } from '../sink/failures.js';
import { quoteIdentifier } from '../sink/identifiers.js';
import { rawTable } from '../sink/names.js';

export interface StoredRows {
  rows: number;
  /** Different offsets among them. */
  distinct: number;
}

/** By partition, how many raw rows come from offsets below the given position. */
export async function storedRows(
  client: ClickHouseClient,
  plan: Plan,
  positions: ReadonlyMap<number, number>,
): Promise<Map<number, StoredRows>> {
  const found = new Map<number, StoredRows>();
  for (const [partition, below] of positions) {
    try {
      const result = await client.query({
        query: `SELECT toFloat64(count()) AS rows, toFloat64(uniqExact(_offset)) AS distinct
                FROM ${quoteIdentifier(rawTable(plan))} WHERE _partition = {partition:UInt16} AND _offset < {below:UInt64}`,
        query_params: { partition, below },
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

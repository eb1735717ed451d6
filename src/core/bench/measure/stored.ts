import type { ClickHouseClient } from '@clickhouse/client';
import type { Plan } from '../../pipeline/plan.js';
import { describeFailure } from '../../sink/failures.js';
import { quoteIdentifier } from '../../sink/identifiers.js';
import { rawTable } from '../../sink/names.js';

/** How many rows of the raw table came from these offsets and were due in [from, to), in epoch ms. */
export async function storedRows(
  client: ClickHouseClient,
  plan: Plan,
  ranges: readonly { partition: number; from: number; to: number }[],
  due: { from: number; to: number },
): Promise<number> {
  const conditions = ranges.map(
    ({ partition, from, to }) => `(_partition = ${partition} AND _offset >= ${from} AND _offset < ${to})`,
  );
  try {
    const result = await client.query({
      query: `SELECT toFloat64(count()) AS rows FROM ${quoteIdentifier(rawTable(plan))}
              WHERE (${conditions.join(' OR ')})
                AND _record_time >= fromUnixTimestamp64Milli(${due.from}) AND _record_time < fromUnixTimestamp64Milli(${due.to})`,
      format: 'JSONEachRow',
    });
    const [row] = await result.json<{ rows: number }>();
    return row!.rows;
  } catch (error) {
    throw describeFailure(error, 'counting the rows of the measured part');
  }
}

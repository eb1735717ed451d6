import type { ClickHouseClient } from '@clickhouse/client';
import type { Plan, PlanField } from '../../pipeline/plan.js';
import { describeFailure } from '../../sink/failures.js';
import { quoteIdentifier } from '../../sink/identifiers.js';
import { rawTable } from '../../sink/names.js';
import type { StoredEvent, Value } from '../oracle/values.js';
import type { Extent } from './records.js';

/** The rows of the raw table that came from these offsets, in their order. */
export async function storedEvents(
  client: ClickHouseClient,
  plan: Plan,
  { partition, from, to }: Extent,
): Promise<StoredEvent[]> {
  const columns = plan.fields.map(({ name, type }) =>
    type === 'timestamp' ? `toUnixTimestamp64Milli(${quoteIdentifier(name)})` : quoteIdentifier(name),
  );
  try {
    const result = await client.query({
      query: `SELECT ${['_offset', 'toUnixTimestamp64Milli(_record_time)', ...columns].join(', ')}
              FROM ${quoteIdentifier(rawTable(plan))}
              WHERE _partition = {partition:UInt16} AND _offset >= {from:UInt64} AND _offset < {to:UInt64} ORDER BY _offset`,
      query_params: { partition, from, to },
      format: 'JSONCompactEachRow',
      // All whole numbers stay below 2^53 here, and decimals are read back as the doubles they came from.
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0, output_format_json_quote_decimals: 0 },
    });
    return (await result.json<unknown[]>()).map(([offset, recordTime, ...values]) => ({
      offset: offset as number,
      recordTime: recordTime as number,
      values: values.map((value, column) => inUnits(plan.fields[column]!, value as Value)),
    }));
  } catch (error) {
    throw describeFailure(error, 'reading the raw rows');
  }
}

/** How many rows say that they come from partitions of the topic that it does not have. */
export async function rowsFromElsewhere(client: ClickHouseClient, plan: Plan, partitions: number): Promise<number> {
  try {
    const result = await client.query({
      query: `SELECT toFloat64(count()) AS rows FROM ${quoteIdentifier(rawTable(plan))} WHERE _partition >= {partitions:UInt16}`,
      query_params: { partitions },
      format: 'JSONEachRow',
    });
    const [row] = await result.json<{ rows: number }>();
    return row!.rows;
  } catch (error) {
    throw describeFailure(error, 'counting the raw rows');
  }
}

function inUnits({ type, scale }: PlanField, value: Value): Value {
  if (type !== 'decimal' || value === null) return value;
  // Not multiplied: that would round beyond 2^51.
  return Number((value as number).toFixed(scale).replace('.', '')) + 0;
}

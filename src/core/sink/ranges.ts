import type { ClickHouseClient } from '@clickhouse/client';
import { describeFailure } from './failures.js';
import { quoteIdentifier } from './identifiers.js';

/** Offsets [from, to) of one partition. */
export interface OffsetRange {
  from: number;
  to: number;
}

/** How many rows of the raw table came from offsets [from, to) of a partition. */
export async function countRange(
  client: ClickHouseClient,
  table: string,
  partition: number,
  range: OffsetRange,
): Promise<number> {
  const [row] = await select<{ rows: number }>(
    client,
    `SELECT toFloat64(count()) AS rows FROM ${quoteIdentifier(table)} WHERE ${within}`,
    { partition, ...range },
  );
  return row!.rows;
}

/** Which offsets of [from, to) are stored, as ascending ranges: what a partly stored insert needs to send just the rest. */
export async function storedRanges(
  client: ClickHouseClient,
  table: string,
  partition: number,
  range: OffsetRange,
): Promise<OffsetRange[]> {
  return await select<OffsetRange>(
    client,
    `SELECT toFloat64(min(_offset)) AS "from", toFloat64(max(_offset) + 1) AS "to"
     FROM (SELECT _offset, _offset - row_number() OVER (ORDER BY _offset) AS run
           FROM (SELECT DISTINCT _offset FROM ${quoteIdentifier(table)} WHERE ${within}))
     GROUP BY run ORDER BY "from"`,
    { partition, ...range },
  );
}

const within = '_partition = {partition:UInt16} AND _offset >= {from:UInt64} AND _offset < {to:UInt64}';

async function select<Row>(client: ClickHouseClient, query: string, params: Record<string, unknown>): Promise<Row[]> {
  try {
    const result = await client.query({ query, query_params: params, format: 'JSONEachRow' });
    return await result.json<Row>();
  } catch (error) {
    throw describeFailure(error, 'counting stored rows');
  }
}

import type { ClickHouseClient } from '@clickhouse/client';
import type { Plan, PlanWindow } from '../pipeline/plan.js';
import { describeFailure } from '../sink/failures.js';
import type { Difference } from './report.js';
import { comparisonSql, type Part, partsOf, storedRowsOf } from './window-sql.js';

export interface WindowsFound {
  checked: number;
  wrong: number;
  unchecked: number;
  equal: number;
  differences: Difference[];
}

/** Windows that begin before `from` or end after `upTo` (ms) are not compared: their raw rows have expired, or they are still open. */
export interface Comparable {
  from: number;
  upTo: number;
}

const samples = 5;

/** Compares every stored window with ClickHouse's own computation from the raw rows. */
export async function compareWindows(client: ClickHouseClient, plan: Plan, range: Comparable): Promise<WindowsFound> {
  const total: WindowsFound = { checked: 0, wrong: 0, unchecked: 0, equal: 0, differences: [] };
  for (const window of plan.windows) {
    for (const part of partsOf(plan, window)) {
      const comparison = comparisonSql(plan, window, part);
      const [counted] = await select<{ checked: number; equal: number }>(
        client,
        `SELECT toFloat64(count()) AS checked, toFloat64(countIf(equal)) AS equal FROM (${comparison})`,
        range,
      );
      const wrong = counted!.checked - counted!.equal;
      total.checked += counted!.checked;
      total.equal += counted!.equal;
      total.wrong += wrong;
      total.unchecked += await uncheckedRows(client, plan, window, part, range);
      if (wrong > 0 && total.differences.length < samples)
        total.differences.push(...(await sample(client, plan, window, part.size, comparison, range)));
    }
  }
  return total;
}

async function uncheckedRows(
  client: ClickHouseClient,
  plan: Plan,
  window: PlanWindow,
  part: Part,
  range: Comparable,
): Promise<number> {
  const [row] = await select<{ rows: number }>(
    client,
    `SELECT toFloat64(count()) AS rows FROM ${storedRowsOf(plan, window, part)} AND NOT (${part.compared})`,
    range,
  );
  return row!.rows;
}

async function sample(
  client: ClickHouseClient,
  plan: Plan,
  window: PlanWindow,
  size: number,
  comparison: string,
  range: Comparable,
): Promise<Difference[]> {
  const keys = window.by.map((column) => plan.fields[column]!.name);
  const names = window.aggregates.map((aggregate) => aggregate.name);
  const rows = await select<Record<string, unknown>>(
    client,
    `SELECT * FROM (${comparison}) WHERE NOT equal ORDER BY window_start LIMIT ${samples}`,
    range,
  );
  return rows.map((row) => ({
    window: window.name,
    size_ms: size,
    start: new Date(Number(row.window_start)).toISOString(),
    keys: keys.map((key) => row[key]),
    expected: Number(row.expected) > 0 ? names.map((name) => row[`e_${name}`]) : null,
    stored: Number(row.stored) > 0 ? names.map((name) => row[`s_${name}`]) : null,
  }));
}

async function select<Row>(client: ClickHouseClient, query: string, params: Comparable): Promise<Row[]> {
  try {
    const result = await client.query({
      query,
      query_params: { ...params },
      format: 'JSONEachRow',
      // An aggregate may be named like the column it is made from.
      clickhouse_settings: { prefer_column_name_to_alias: 1 },
    });
    return await result.json<Row>();
  } catch (error) {
    throw describeFailure(error, 'comparing the windows with the raw rows');
  }
}

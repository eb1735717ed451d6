import { aggregateToClickHouse, toClickHouse } from '../pipeline/expression/clickhouse.js';
import type { Plan, PlanAggregate, PlanWindow } from '../pipeline/plan.js';
import { quoteIdentifier, quoteIdentifiers } from '../sink/identifiers.js';
import { rawTable, windowView } from '../sink/names.js';
import { tolerance } from './tolerance.js';

/**
 * The rows of one window and size, recomputed by ClickHouse from the raw rows and put beside the stored ones: one row for each (start,
 * keys), with `expected` and `stored` saying on which side it is, and `equal` whether all aggregates agree. Sides that lack a row have null
 * aggregates. Parameters: {from:Int64} and {upTo:Int64}, the lowest start and the highest end (ms) that are compared.
 */
export function comparisonSql(plan: Plan, window: PlanWindow, span: PlanWindow['spans'][number]): string {
  const keys = window.by.map((column) => plan.fields[column]!.name);
  const names = window.aggregates.map((aggregate) => aggregate.name);
  const group = quoteIdentifiers(['window_start', ...keys]);
  const sides = names.map(
    (name) =>
      `anyIf(${quoteIdentifier(name)}, _side = 0) AS ${quoteIdentifier(`e_${name}`)}, anyIf(${quoteIdentifier(name)}, _side = 1) AS ${quoteIdentifier(`s_${name}`)}`,
  );
  return `SELECT ${group}, ${[...sides, 'countIf(_side = 0) AS expected', 'countIf(_side = 1) AS stored'].join(', ')},
  expected = 1 AND stored = 1${window.aggregates.map((aggregate) => ` AND ${agreement(aggregate)}`).join('')} AS equal
FROM (
  SELECT 0 AS _side, ${group}, ${quoteIdentifiers(names)} FROM (${recomputed(plan, window, span, keys)})
  UNION ALL
  SELECT 1 AS _side, ${group}, ${quoteIdentifiers(names)} FROM (${stored(plan, window, span, keys)})
)
GROUP BY ${group}`;
}

/** The window's rows from the raw rows: an event is in every window of this span that covers its time. */
function recomputed(
  plan: Plan,
  window: PlanWindow,
  { size, advance }: { size: number; advance: number },
  keys: string[],
): string {
  const time = quoteIdentifier(plan.fields[plan.time]!.name);
  const at = `toUnixTimestamp64Milli(${time})`;
  // The last window that begins at or before the event, and those before it that still cover it.
  const latest = `(${at} - positiveModulo(${at}, ${advance}))`;
  const starts = `arrayFilter(start -> start > ${at} - ${size}, arrayMap(back -> ${latest} - back * ${advance}, range(${Math.ceil(size / advance)})))`;
  const values = window.aggregates.map(
    (aggregate) =>
      `${castOf(aggregate, aggregateToClickHouse(aggregate, plan.fields[plan.time]!.name))} AS ${quoteIdentifier(aggregate.name)}`,
  );
  return `SELECT ${['window_start', ...keys.map(quoteIdentifier), ...values].join(', ')}
    FROM (SELECT *, arrayJoin(${starts}) AS window_start FROM ${quoteIdentifier(rawTable(plan))})
    WHERE window_start >= {from:Int64} AND window_start + ${size} <= {upTo:Int64}${window.where ? ` AND ${toClickHouse(window.where)}` : ''}
    GROUP BY ${quoteIdentifiers(['window_start', ...keys])}`;
}

function stored(plan: Plan, window: PlanWindow, { size }: { size: number }, keys: string[]): string {
  const values = window.aggregates.map(
    (aggregate) => `${castOf(aggregate, storedValue(aggregate))} AS ${quoteIdentifier(aggregate.name)}`,
  );
  return `SELECT ${['toUnixTimestamp64Milli(stored_rows.window_start) AS window_start', ...keys.map(quoteIdentifier), ...values].join(', ')}
    FROM ${quoteIdentifier(windowView(plan, window))} AS stored_rows
    WHERE window_size = ${size} AND toUnixTimestamp64Milli(stored_rows.window_start) >= {from:Int64}
      AND toUnixTimestamp64Milli(window_end) <= {upTo:Int64}`;
}

function storedValue({ name, type }: PlanAggregate): string {
  const column = `stored_rows.${quoteIdentifier(name)}`;
  return type === 'timestamp' ? `toUnixTimestamp64Milli(${column})` : column;
}

/** Both sides in one type, so that they stand in one column. Exact ones keep every digit. */
function castOf({ function: name, type, scale }: PlanAggregate, sql: string): string {
  if (['count', 'count_distinct', 'approx_count_distinct'].includes(name)) return `toInt64(${sql})`;
  if (type === 'decimal') return `CAST(${sql}, 'Nullable(Decimal(38, ${scale}))')`;
  if (type === 'int' || type === 'timestamp') return `CAST(${sql}, 'Nullable(Int128)')`;
  if (type === 'float') return `CAST(${sql}, 'Nullable(Float64)')`;
  if (type === 'bool') return `CAST(${sql}, 'Nullable(UInt8)')`;
  return `CAST(${sql}, 'Nullable(String)')`;
}

/** Null equals null; floats and sketches agree within their tolerance, everything else exactly. */
function agreement(aggregate: PlanAggregate): string {
  const expected = quoteIdentifier(`e_${aggregate.name}`);
  const found = quoteIdentifier(`s_${aggregate.name}`);
  const { relative, absolute } = tolerance(aggregate);
  if (relative === 0 && absolute === 0) return `${expected} IS NOT DISTINCT FROM ${found}`;
  const within = `abs(${found} - ${expected}) <= ${absolute} + ${relative} * abs(${expected})`;
  return `((${expected} IS NULL AND ${found} IS NULL) OR ifNull(${within}, 0))`;
}

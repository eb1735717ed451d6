import { aggregateToClickHouse, toClickHouse } from '../pipeline/expression/clickhouse.js';
import type { Plan, PlanAggregate, PlanWindow } from '../pipeline/plan.js';
import { quoteIdentifier, quoteIdentifiers } from '../sink/identifiers.js';
import { rawTable, windowView } from '../sink/names.js';
import { sessionRows, sessionsCompared } from './session-sql.js';
import { tolerance } from './tolerance.js';

/** What is compared at once: one size of a window, or all of its sessions. */
export interface Part {
  /** 0 for sessions. */
  size: number;
  /** Raw rows, each once for every window that it is in, with `window_start` and `window_end` in ms. */
  rows: string;
  /** Which stored rows are compared; the others are still open, or their raw rows may have expired. */
  compared: string;
}

export function partsOf(plan: Plan, window: PlanWindow): Part[] {
  if (window.kind === 'session')
    return [{ size: 0, rows: sessionRows(plan, window), compared: sessionsCompared(window, storedStart, storedEnd) }];
  const compared = `${storedStart} >= {from:Int64} AND ${storedEnd} <= {upTo:Int64}`;
  return window.spans.map((span) => ({ size: span.size, rows: spanRows(plan, window, span), compared }));
}

const storedStart = 'toUnixTimestamp64Milli(stored_rows.window_start)';
const storedEnd = 'toUnixTimestamp64Milli(stored_rows.window_end)';

/**
 * The rows of one part of a window, recomputed by ClickHouse from the raw rows and put beside the stored ones: one row for each (start, end,
 * keys), with `expected` and `stored` saying on which side it is, and `equal` whether all aggregates agree. Sides that lack a row have null
 * aggregates. Parameters: {from:Int64} and {upTo:Int64}, the lowest start and the highest end (ms) that are compared.
 */
export function comparisonSql(plan: Plan, window: PlanWindow, part: Part): string {
  const names = window.aggregates.map((aggregate) => aggregate.name);
  const group = quoteIdentifiers(identityOf(plan, window));
  const sides = names.map(
    (name) =>
      `anyIf(${quoteIdentifier(name)}, _side = 0) AS ${quoteIdentifier(`e_${name}`)}, anyIf(${quoteIdentifier(name)}, _side = 1) AS ${quoteIdentifier(`s_${name}`)}`,
  );
  return `SELECT ${group}, ${[...sides, 'countIf(_side = 0) AS expected', 'countIf(_side = 1) AS stored'].join(', ')},
  expected = 1 AND stored = 1${window.aggregates.map((aggregate) => ` AND ${agreement(aggregate)}`).join('')} AS equal
FROM (
  SELECT 0 AS _side, ${group}, ${quoteIdentifiers(names)} FROM (${recomputed(plan, window, part)})
  UNION ALL
  SELECT 1 AS _side, ${group}, ${quoteIdentifiers(names)} FROM (${stored(plan, window, part)})
)
GROUP BY ${group}`;
}

/** Stored rows of a part, as `stored_rows`. */
export function storedRowsOf(plan: Plan, window: PlanWindow, { size }: Part): string {
  return `${quoteIdentifier(windowView(plan, window))} AS stored_rows WHERE window_size = ${size}`;
}

function identityOf(plan: Plan, window: PlanWindow): string[] {
  return ['window_start', 'window_end', ...window.by.map((column) => plan.fields[column]!.name)];
}

function recomputed(plan: Plan, window: PlanWindow, { rows }: Part): string {
  const group = quoteIdentifiers(identityOf(plan, window));
  const values = window.aggregates.map(
    (aggregate) =>
      `${castOf(aggregate, aggregateToClickHouse(aggregate, plan.fields[plan.time]!.name))} AS ${quoteIdentifier(aggregate.name)}`,
  );
  return `SELECT ${[group, ...values].join(', ')}
    FROM (${rows})
    WHERE window_start >= {from:Int64} AND window_end <= {upTo:Int64}
    GROUP BY ${group}`;
}

/** An event is in every window of a span that covers its time. */
function spanRows(plan: Plan, window: PlanWindow, { size, advance }: { size: number; advance: number }): string {
  const time = quoteIdentifier(plan.fields[plan.time]!.name);
  const at = `toUnixTimestamp64Milli(${time})`;
  // The last window that begins at or before the event, and those before it that still cover it.
  const latest = `(${at} - positiveModulo(${at}, ${advance}))`;
  const starts = `arrayFilter(start -> start > ${at} - ${size}, arrayMap(back -> ${latest} - back * ${advance}, range(${Math.ceil(size / advance)})))`;
  return `SELECT *, arrayJoin(${starts}) AS window_start, window_start + ${size} AS window_end
      FROM ${quoteIdentifier(rawTable(plan))}${window.where ? ` WHERE ${toClickHouse(window.where)}` : ''}`;
}

function stored(plan: Plan, window: PlanWindow, part: Part): string {
  const keys = window.by.map((column) => quoteIdentifier(plan.fields[column]!.name));
  const values = window.aggregates.map(
    (aggregate) => `${castOf(aggregate, storedValue(aggregate))} AS ${quoteIdentifier(aggregate.name)}`,
  );
  return `SELECT ${[`${storedStart} AS window_start`, `${storedEnd} AS window_end`, ...keys, ...values].join(', ')}
    FROM ${storedRowsOf(plan, window, part)} AND ${part.compared}`;
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

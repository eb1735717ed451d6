import { toClickHouse } from '../pipeline/expression/clickhouse.js';
import type { Plan, SessionWindow } from '../pipeline/plan.js';
import { quoteIdentifier } from '../sink/identifiers.js';
import { rawTable } from '../sink/names.js';

/**
 * Raw rows with `window_start` and `window_end` (ms) of the session that each is in, found by window functions: a session begins with an event that
 * has none less than a gap before it in its group and between the same cuts.
 */
export function sessionRows(plan: Plan, window: SessionWindow): string {
  const { gap, maxDuration } = window;
  const keys = window.by.map((column) => quoteIdentifier(plan.fields[column]!.name));
  const group = `PARTITION BY ${[...keys, '_cut'].join(', ')}`;
  const at = `toUnixTimestamp64Milli(${quoteIdentifier(plan.fields[plan.time]!.name)})`;
  const before = `lagInFrame(_at, 1, _at - ${gap}) OVER (${group} ORDER BY _at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
  // Events of one time are peers: RANGE counts all of them into the session that one of them begins.
  const session = `sum(_begins) OVER (${group} ORDER BY _at RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
  const whole = `OVER (${group}, _session)`;
  return `SELECT *, min(_at) ${whole} AS window_start, least(max(_at) ${whole} + ${gap}, _cut + ${maxDuration}) AS window_end
      FROM (SELECT *, ${session} AS _session
        FROM (SELECT *, _at - ${before} >= ${gap} AS _begins
          FROM (SELECT *, ${at} AS _at, ${cutBefore(at, maxDuration)} AS _cut FROM ${quoteIdentifier(rawTable(plan))}
            WHERE _cut >= {from:Int64}${window.where ? ` AND ${toClickHouse(window.where)}` : ''})))`;
}

/**
 * Which sessions are compared, by start and end in ms: none that lies after a cut before {from:Int64}, since of its earlier events some may have
 * expired, and open ones only at the end of the input. Before that their rows tell the end that they had when they were stored.
 */
export function sessionsCompared({ maxDuration }: SessionWindow, start: string, end: string): string {
  return `${cutBefore(start, maxDuration)} >= {from:Int64} AND ${end} <= {upTo:Int64}
      AND (NOT _provisional OR {upTo:Int64} = ${Number.MAX_SAFE_INTEGER})`;
}

function cutBefore(time: string, maxDuration: number): string {
  return `(${time} - positiveModulo(${time}, ${maxDuration}))`;
}

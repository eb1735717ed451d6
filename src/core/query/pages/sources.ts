import type { Plan, PlanWindow } from '../../pipeline/plan.js';
import { formatDuration, parseDuration } from '../../runtime/units.js';
import { alertColumns, deletedColumn, windowColumns } from '../../sink/columns.js';
import { alertTable, windowTable } from '../../sink/names.js';
import { answerColumn } from './columns.js';
import type { Condition, PageSource } from './page.js';
import type { Reach } from './reach.js';

/** The rows of a window, in their newest revisions. */
export function windowSource(plan: Plan, window: PlanWindow): PageSource {
  const columns = windowColumns(plan, window)
    .filter(({ name }) => name !== deletedColumn && name !== '_version')
    .map(({ name, type, comment }) => answerColumn(name, type, comment));
  const by = window.by.map((index) => plan.fields[index]!.name);
  const order = ['window_start', ...by].map((name) => columns.find((column) => column.name === name)!);
  return { table: windowTable(plan, window), columns, order };
}

/** As they are written: 10s, 1m. None for sessions. */
export function sizesOf(window: PlanWindow): string[] {
  return window.kind === 'session' ? [] : [...new Set(window.spans.map(({ size }) => formatDuration(size)))];
}

/** Rows of one size; of sessions, which have each their own, all. */
export function ofSize(size: string | undefined): Condition[] {
  return size === undefined
    ? []
    : [{ column: 'window_size', is: '=', value: String(parseDuration(size)), type: 'Int64' }];
}

/**
 * Of few groups each start may have but one row, of all most starts have several. The rows of few are found by their key and lie in few granules, so that
 * the first look may be long enough for groups that were silent three quarters of the time. Windows of a size come later than those of the smallest.
 */
export function reachOf(window: PlanWindow, size: string | undefined, fewGroups: boolean): Reach {
  if (window.kind === 'session') return { leastMs: 4 * window.gap, perRowMs: fewGroups ? 4 * window.gap : 0 };
  const span = window.spans.find((each) => formatDuration(each.size) === size) ?? window.spans[0]!;
  const smallest = Math.min(...window.spans.map((each) => each.size));
  const later = span.size === smallest ? 0 : span.size + span.advance - smallest;
  return { leastMs: later + span.advance, perRowMs: fewGroups || window.by.length === 0 ? 4 * span.advance : 0 };
}

const isJson = ['keys', 'evidence'];
const columnsOfAlerts = alertColumns.map(({ name, type, comment }) => ({
  ...answerColumn(name, type, comment),
  ...(isJson.includes(name) ? { kind: 'json' as const } : {}),
}));

/** What the detectors raised. */
export function alertSource(plan: Plan): PageSource {
  const order = ['time', 'detector', 'id'].map((name) => columnsOfAlerts.find((column) => column.name === name)!);
  return { table: alertTable(plan), columns: columnsOfAlerts, order };
}

/** Alerts come as they like: a minute to begin with. */
export const reachOfAlerts: Reach = { leastMs: 60_000, perRowMs: 0 };

import type { Plan, PlanWindow } from '../pipeline/plan.js';
import { alertColumns, deletedColumn, rawColumns, type StoredColumn, windowColumns } from './columns.js';
import { quoteIdentifier, quoteIdentifiers } from './identifiers.js';
import { alertTable, alertView, rawTable, windowTable, windowView } from './names.js';
import { isNullable } from './types.js';

/** Everything about a table that its stored form is compared with. */
export interface TableShape {
  name: string;
  columns: readonly StoredColumn[];
  engine: string;
  orderBy: readonly string[];
  /** The last of `orderBy` is a time, and its slot of five minutes stands behind the first: see `orderOf`. */
  slotted?: true;
  /** Column whose UTC day is the partition. */
  partitionTime: string;
  /** Expression, as ClickHouse prints it. */
  ttl?: string;
  indexes: readonly string[];
  settings: Readonly<Record<string, number>>;
  /** Settings that a table has from its making on or never: they are not compared. */
  made: Readonly<Record<string, number | string>>;
}

/** For tables that get small inserts many times a second: a row is merged once per ten-fold, not with each few parts (docs/decisions/0012-merges-by-level.md). */
const forManyInserts = { merge_selector_algorithm: 'Trivial' };

/**
 * For tables that are asked for a few rows at a time: less is unpacked for each (docs/decisions/0011-small-granules.md), and a day that is over is
 * merged to one part.
 */
const forFewRows = {
  index_granularity: 1024,
  min_compress_block_size: 4096,
  max_compress_block_size: 16_384,
  min_age_to_force_merge_seconds: 3600,
  min_age_to_force_merge_on_partition_only: 1,
};

/**
 * How many parts the store remembers to recognise a repeated insert. It counts parts, and one insert makes a part per day of event time,
 * so it must exceed all parts that can be written between an intent and its retry.
 */
export const deduplicationWindow = 10_000;

/** The plan's tables: raw events first, then one per window, then alerts. */
export function tableShapes(plan: Plan): TableShape[] {
  return [rawShape(plan), ...plan.windows.map((window) => windowShape(plan, window)), alertShape(plan)];
}

export function rawShape(plan: Plan): TableShape {
  const time = plan.fields[plan.time]!.name;
  const orderBy = plan.store.raw.order_by ?? defaultOrder(plan);
  return {
    name: rawTable(plan),
    columns: rawColumns(plan),
    engine: 'MergeTree',
    orderBy,
    partitionTime: time,
    ttl: ttlOf(time, plan.store.raw.ttl),
    // Lets "which offsets of this partition are stored?" skip the parts that hold others.
    indexes: ['INDEX `_offsets` (`_partition`, `_offset`) TYPE minmax GRANULARITY 1'],
    settings: settingsFor(plan, orderBy),
    made: forManyInserts,
  };
}

/** Rows of one size, start and keys are revisions of one window: the one with the highest _version stays. */
export function windowShape(plan: Plan, window: PlanWindow): TableShape {
  const by = window.by.map((index) => plan.fields[index]!.name);
  const orderBy = ['window_size', ...by, 'window_start'];
  return {
    name: windowTable(plan, window),
    columns: windowColumns(plan, window),
    engine:
      window.kind === 'session' ? `ReplacingMergeTree(_version, ${deletedColumn})` : 'ReplacingMergeTree(_version)',
    orderBy,
    slotted: true,
    // A function of the key: all revisions of a window are in one partition, so FINAL need not merge across them.
    partitionTime: 'window_start',
    ttl: ttlOf('window_end', plan.store.windows.ttl),
    indexes: [],
    settings: settingsFor(plan, orderBy),
    made: forFewRows,
  };
}

/**
 * What the table is ordered by, names as `quote` has them. Slots keep together what is near in time, so that a stretch of it is found in any part, and within one the rows
 * of a group lie side by side (docs/decisions/0015-slots-of-time.md).
 */
export function orderOf(
  { orderBy, slotted }: Pick<TableShape, 'orderBy' | 'slotted'>,
  quote = (name: string) => name,
): string[] {
  const order = orderBy.map(quote);
  return slotted ? order.toSpliced(1, 0, `toStartOfFiveMinutes(${order.at(-1)})`) : order;
}

/** There for every pipeline: detectors come and go, and what they raised stays. Rows of one detector, time and id are the same alert. */
export function alertShape(plan: Plan): TableShape {
  const orderBy = ['detector', 'time', 'id'];
  return {
    name: alertTable(plan),
    columns: alertColumns,
    engine: 'ReplacingMergeTree',
    orderBy,
    partitionTime: 'time',
    ttl: ttlOf('time', plan.store.alerts.ttl),
    indexes: [],
    settings: settingsFor(plan, []),
    made: { ...forManyInserts, ...forFewRows },
  };
}

/** CREATE TABLE IF NOT EXISTS. */
export function createTable(shape: TableShape): string {
  const order = orderOf(shape, quoteIdentifier);
  return [
    `CREATE TABLE IF NOT EXISTS ${quoteIdentifier(shape.name)}`,
    `(\n  ${[...shape.columns.map(columnDefinition), ...shape.indexes].join(',\n  ')}\n)`,
    `ENGINE = ${shape.engine}`,
    `PARTITION BY toDate(${quoteIdentifier(shape.partitionTime)})`,
    // Were the time itself in it, ClickHouse would look for a stretch of time by that, and not by the slots.
    ...(shape.slotted ? [`PRIMARY KEY (${order.slice(0, -1).join(', ')})`] : []),
    `ORDER BY (${order.join(', ')})`,
    ...(shape.ttl ? [`TTL ${shape.ttl}`] : []),
    `SETTINGS ${Object.entries({ ...shape.settings, ...shape.made })
      .map(([name, value]) => `${name} = ${typeof value === 'string' ? `'${value}'` : value}`)
      .join(', ')}`,
  ].join('\n');
}

/** The plan's views, each of a table in which rows replace each other: one per window, then alerts. */
export function viewStatements(plan: Plan): { name: string; statement: string }[] {
  return [
    ...plan.windows.map((window) => ({ name: windowView(plan, window), statement: createView(plan, window) })),
    { name: alertView(plan), statement: createAlertView(plan) },
  ];
}

/** One row per window in its newest revision; FINAL leaves out what is deleted. It reads this 2 to 10 times as fast as argMax per key does (docs/storage.md). */
export function createView(plan: Plan, window: PlanWindow): string {
  const shown = windowColumns(plan, window).filter(({ name }) => name !== deletedColumn);
  return viewOf(windowView(plan, window), windowTable(plan, window), shown);
}

/** One row per alert. */
export function createAlertView(plan: Plan): string {
  return viewOf(alertView(plan), alertTable(plan), alertColumns);
}

function viewOf(view: string, table: string, columns: readonly StoredColumn[]): string {
  const names = quoteIdentifiers(columns.map(({ name }) => name));
  return `CREATE OR REPLACE VIEW ${quoteIdentifier(view)} AS SELECT ${names} FROM ${quoteIdentifier(table)} FINAL`;
}

/** Name, type, codec and comment, as CREATE and ALTER want them. */
export function columnDefinition(column: StoredColumn): string {
  const codec = column.codec ? ` CODEC(${column.codec})` : '';
  const comment = column.comment ? ` COMMENT '${column.comment.replace(/[\\']/g, '\\$&')}'` : '';
  return `${quoteIdentifier(column.name)} ${column.type}${comment}${codec}`;
}

/** The kind of event where there is one, the key, the time: what most questions filter by, the fewest values first. */
function defaultOrder(plan: Plan): string[] {
  const kind = plan.fields.find((field) => field.values !== undefined && !isNullable(field));
  const key = plan.fields[plan.key]!.name;
  return [...new Set([...(kind ? [kind.name] : []), key, plan.fields[plan.time]!.name])];
}

function ttlOf(column: string, ttlMs: number | undefined): string | undefined {
  return ttlMs === undefined ? undefined : `toDateTime(${column}) + toIntervalSecond(${Math.ceil(ttlMs / 1000)})`;
}

function settingsFor(plan: Plan, orderBy: readonly string[]): Record<string, number> {
  const nullableKey = plan.fields.some((field) => isNullable(field) && orderBy.includes(field.name));
  return {
    non_replicated_deduplication_window: deduplicationWindow,
    ttl_only_drop_parts: 1,
    ...(nullableKey ? { allow_nullable_key: 1 } : {}),
  };
}

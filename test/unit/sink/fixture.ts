import type { Plan, PlanAggregate, PlanField, SessionWindow, SlicedWindow } from '../../../src/core/pipeline/plan.js';
import type { Batch, BytesColumn, InternedColumn, NumberColumn } from '../../../src/core/process/batch.js';
import { Dictionary } from '../../../src/core/process/dictionary.js';

function field(name: string, type: PlanField['type'], more: Partial<PlanField> = {}): PlanField {
  return { name, type, optional: false, scale: 0, interned: type === 'string', origin: 'event', ...more };
}

function aggregate(
  name: string,
  kind: PlanAggregate['function'],
  type: PlanAggregate['type'],
  scale = 0,
): PlanAggregate {
  return { name, function: kind, type, scale };
}

export const window: SlicedWindow = {
  kind: 'sliced',
  name: 'sales',
  spans: [
    { size: 10_000, advance: 10_000 },
    { size: 60_000, advance: 60_000 },
  ],
  slice: 10_000,
  by: [1, 9],
  aggregates: [
    aggregate('events', 'count', 'int'),
    aggregate('units', 'sum', 'int'),
    aggregate('revenue', 'sum', 'decimal', 2),
    aggregate('average', 'avg', 'float'),
    aggregate('users', 'count_distinct', 'int'),
    aggregate('smallest', 'min', 'decimal', 2),
    aggregate('newest', 'last', 'string'),
    aggregate('seen_at', 'max', 'timestamp'),
  ],
};

export const sessions: SessionWindow = {
  kind: 'session',
  name: 'visits',
  gap: 1_000,
  maxDuration: 60_000,
  by: [3, 4],
  aggregates: [aggregate('events', 'count', 'int'), aggregate('revenue', 'sum', 'decimal', 2)],
};

/** A plan with a field of every type, required and optional. */
export function planOf(name = 'shop', more: Partial<Plan> = {}): Plan {
  return {
    name,
    description: '',
    source: `${name}.yaml`,
    topics: { events: `${name}.events`, late: `${name}.late`, deadLetters: `${name}.dlq`, alerts: `${name}.alerts` },
    partitions: 2,
    retentionMs: 0,
    maxBytes: 0,
    fields: [
      field('event_id', 'string', { interned: false, description: "the event's identity" }),
      field('kind', 'string', { values: ['view', 'purchase'] }),
      field('at', 'timestamp'),
      field('user_id', 'string'),
      field('quantity', 'int', { optional: true }),
      field('price', 'decimal', { scale: 2, optional: true }),
      field('score', 'float', { optional: true }),
      field('mobile', 'bool', { optional: true }),
      field('comment', 'string', { interned: false, optional: true }),
      field('category', 'string', { origin: 'enriched' }),
    ],
    eventFields: 9,
    id: 0,
    time: 2,
    key: 3,
    outOfOrderness: 0,
    allowedLateness: 0,
    maxFutureSkew: 0,
    idleTimeout: 0,
    horizon: 0,
    enrich: [],
    detect: [],
    windows: [window],
    store: { raw: {}, windows: {}, alerts: {} },
    queries: {},
    metadata: undefined,
    ...more,
  };
}

/** One event as the fixture's plan sees it; decimals are scaled. */
export interface Row {
  event_id: string;
  kind: string;
  at: number;
  user_id: string;
  quantity: number | null;
  price: number | null;
  score: number | null;
  mobile: boolean | null;
  comment: string | null;
  category: string | null;
}

/** The rows as a batch of columns, at offsets from `offset` upwards. */
export function batchOf(
  rows: readonly Row[],
  { partition = 0, offset = 0, dictionary = new Dictionary() } = {},
): Batch {
  const numbers = (read: (row: Row) => number | boolean | null): NumberColumn => ({
    kind: 'number',
    values: Float64Array.from(rows, (row) => (read(row) === null ? Number.NaN : Number(read(row)))),
  });
  const interned = (read: (row: Row) => string | null): InternedColumn => ({
    kind: 'interned',
    ids: Int32Array.from(rows, (row) => idOf(dictionary, read(row))),
    dictionary,
  });
  const nothing = new Int32Array(rows.length);
  return {
    partition,
    size: rows.length,
    offsets: Float64Array.from(rows, (_, index) => offset + index),
    recordTimes: Float64Array.from(rows, (row) => row.at),
    columns: [
      bytesOf(rows.map((row) => row.event_id)),
      interned((row) => row.kind),
      numbers((row) => row.at),
      interned((row) => row.user_id),
      numbers((row) => row.quantity),
      numbers((row) => row.price),
      numbers((row) => row.score),
      numbers((row) => row.mobile),
      bytesOf(rows.map((row) => row.comment)),
      interned((row) => row.category),
    ],
    records: {
      buffer: new Uint8Array(),
      keyStarts: nothing,
      keyEnds: nothing,
      valueStarts: nothing,
      valueEnds: nothing,
    },
    faults: new Uint8Array(rows.length),
    faultColumns: new Int16Array(rows.length),
  };
}

function idOf(dictionary: Dictionary, text: string | null): number {
  return text === null ? -1 : dictionary.idOf(text);
}

function bytesOf(texts: readonly (string | null)[]): BytesColumn {
  const parts = texts.map((text) => Buffer.from(text ?? ''));
  const starts = new Int32Array(texts.length);
  const ends = new Int32Array(texts.length);
  let at = 0;
  parts.forEach((part, index) => {
    starts[index] = texts[index] === null ? -1 : at;
    at += part.length;
    ends[index] = texts[index] === null ? -1 : at;
  });
  return { kind: 'bytes', buffer: Buffer.concat(parts), starts, ends };
}

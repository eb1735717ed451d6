import type { Plan, PlanAggregate, PlanWindow } from '../pipeline/plan.js';
import type { FieldType } from '../pipeline/schema.js';
import { windowColumns } from './columns.js';
import type { RowBuffer } from './row-buffer.js';
import { isCount, isNullable } from './types.js';

/** Numbers up to 2^53, beyond that BigInts; decimals are scaled integers, times are milliseconds, bools may be 0 and 1, NaN is null. */
export type StoredValue = string | number | bigint | boolean | null;

/** One emitted window of one group, as the engine hands it over. */
export interface StoredWindow {
  /** Milliseconds; [start, end). */
  size: number;
  start: number;
  end: number;
  /** By the plan's `by`. */
  keys: readonly StoredValue[];
  /** By the plan's `aggregates`. */
  values: readonly StoredValue[];
  provisional: boolean;
  /** It has no values then. */
  deleted?: boolean;
}

export interface WindowEncoder {
  /** Names in the order in which the values are written. */
  columns: readonly string[];
  /** `version` must grow with every revision, also across restarts; `emittedAt` is epoch milliseconds. */
  append(buffer: RowBuffer, rows: readonly StoredWindow[], version: number, emittedAt: number): void;
}

/** Encodes emitted windows as rows of the window's table. */
export function windowEncoder(plan: Plan, window: PlanWindow): WindowEncoder {
  const keys = window.by.map((index) => {
    const field = plan.fields[index]!;
    return writerOf(field.name, isNullable(field), plainWriter(field.type));
  });
  const values = window.aggregates.map((aggregate) =>
    writerOf(aggregate.name, !isCount(aggregate), aggregateWriter(aggregate)),
  );
  const width = 24 + (keys.length + values.length) * 17 + 18;
  const blanks = window.aggregates.map((aggregate) => (isCount(aggregate) ? 0 : null));
  const tellsDeleted = window.kind === 'session';
  return {
    columns: windowColumns(plan, window).map((column) => column.name),
    append(buffer, rows, version, emittedAt) {
      for (const row of rows) {
        const stored = row.deleted ? blanks : row.values;
        if (row.deleted && !tellsDeleted)
          throw new RangeError(`windows of ${window.name} have fixed starts, but one is said to be deleted`);
        buffer.beginRow(width);
        buffer.int64(row.size);
        buffer.int64(row.start);
        buffer.int64(row.end);
        for (let at = 0; at < keys.length; at++) keys[at]!(buffer, row.keys[at]);
        for (let at = 0; at < values.length; at++) values[at]!(buffer, stored[at]);
        buffer.int64(version);
        buffer.uint8(row.provisional ? 1 : 0);
        buffer.int64(emittedAt);
        if (tellsDeleted) buffer.uint8(row.deleted ? 1 : 0);
      }
    },
  };
}

type Value = Exclude<StoredValue, null>;
type Write = (buffer: RowBuffer, value: Value) => void;

function writerOf(name: string, nullable: boolean, write: Write) {
  return (buffer: RowBuffer, value: StoredValue | undefined): void => {
    const absent = value === null || value === undefined || Number.isNaN(value);
    if (absent && !nullable)
      throw new RangeError(`window column "${name}" is never null, but a row has no value for it`);
    if (nullable) buffer.uint8(absent ? 1 : 0);
    if (!absent) write(buffer, value);
  };
}

/** The counterpart of `aggregateType`. */
function aggregateWriter(aggregate: PlanAggregate): Write {
  if (isCount(aggregate)) return writeInteger;
  const wide = aggregate.type === 'decimal' && aggregate.scale > 18;
  const wideSum = aggregate.function === 'sum' && (aggregate.type === 'int' || aggregate.type === 'decimal');
  return wide || wideSum ? writeWide : plainWriter(aggregate.type);
}

function plainWriter(type: FieldType): Write {
  switch (type) {
    case 'string':
      return (buffer, value) => buffer.text(String(value));
    case 'float':
      return (buffer, value) => buffer.float64(Number(value));
    case 'bool':
      return (buffer, value) => buffer.uint8(value ? 1 : 0);
    default:
      return writeInteger;
  }
}

function writeInteger(buffer: RowBuffer, value: Value): void {
  if (typeof value === 'bigint') buffer.bigint64(BigInt.asIntN(64, value));
  else buffer.int64(whole(value));
}

function writeWide(buffer: RowBuffer, value: Value): void {
  buffer.int128(typeof value === 'bigint' ? value : whole(value));
}

/** Beyond 2^53 a number is no longer exact, and a fraction has no place in an integer column: either is a fault of the caller. */
function whole(value: Value): number {
  if (!Number.isSafeInteger(value))
    throw new RangeError(`expected a whole number up to 2^53 or a BigInt, got ${value}`);
  return value as number;
}

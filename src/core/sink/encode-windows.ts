import type { Plan, PlanAggregate, PlanWindow } from '../pipeline/plan.js';
import type { FieldType } from '../pipeline/schema.js';
import type { ByteBuffer } from './byte-buffer.js';
import { type StoredColumn, windowColumns } from './columns.js';
import type { NativeBlock, NativeColumn } from './native-block.js';
import { isCount } from './types.js';

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
  /** What a block has to have for `append`. */
  columns: readonly StoredColumn[];
  /** `version` must grow with every revision, also across restarts; `emittedAt` is epoch milliseconds. */
  append(block: NativeBlock, rows: readonly StoredWindow[], version: number, emittedAt: number): void;
}

/** Encodes emitted windows as rows of the window's table. */
export function windowEncoder(plan: Plan, window: PlanWindow): WindowEncoder {
  const columns = windowColumns(plan, window);
  const tellsDeleted = window.kind === 'session';
  const blanks = window.aggregates.map((aggregate) => (isCount(aggregate) ? 0 : null));
  const sources: Source[] = [
    { write: writeInteger, read: ({ size }) => size },
    { write: writeInteger, read: ({ start }) => start },
    { write: writeInteger, read: ({ end }) => end },
    ...window.by.map((index, at) => ({
      write: plainWriter(plan.fields[index]!.type),
      read: ({ keys }: StoredWindow) => keys[at],
    })),
    ...window.aggregates.map((aggregate, at) => ({
      write: aggregateWriter(aggregate),
      read: ({ deleted, values }: StoredWindow) => (deleted ? blanks : values)[at],
    })),
    { write: writeInteger, read: (_, { version }) => version },
    { write: writeBool, read: ({ provisional }) => provisional },
    { write: writeInteger, read: (_, { emittedAt }) => emittedAt },
    ...(tellsDeleted ? [{ write: writeBool, read: ({ deleted }: StoredWindow) => deleted ?? false }] : []),
  ];
  return {
    columns,
    append(block, rows, version, emittedAt) {
      if (!tellsDeleted && rows.some(({ deleted }) => deleted))
        throw new RangeError(`windows of ${window.name} have fixed starts, but one is said to be deleted`);
      const emission = { version, emittedAt };
      for (const [at, source] of sources.entries())
        appendColumn(block.columns[at]!, columns[at]!.name, source, rows, emission);
      block.rows += rows.length;
    },
  };
}

interface Emission {
  version: number;
  emittedAt: number;
}

/** Where a column's values come from, and how they are written. */
interface Source {
  write: Write;
  read(row: StoredWindow, emission: Emission): StoredValue | undefined;
}

/** Writes something for null, too: every row has a value in Native. */
type Write = (buffer: ByteBuffer, value: StoredValue) => void;

function appendColumn(
  { nulls, values }: NativeColumn,
  name: string,
  { write, read }: Source,
  rows: readonly StoredWindow[],
  emission: Emission,
): void {
  nulls?.reserve(rows.length);
  values.reserve(rows.length * widest);
  for (const row of rows) {
    const value = read(row, emission);
    const absent = value === null || value === undefined || Number.isNaN(value);
    if (absent && !nulls) throw new RangeError(`window column "${name}" is never null, but a row has no value for it`);
    nulls?.uint8(absent ? 1 : 0);
    write(values, absent ? null : value);
  }
}

/** Bytes of an Int128. */
const widest = 16;

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
      return (buffer, value) => buffer.text(value === null ? '' : String(value));
    case 'float':
      return (buffer, value) => buffer.float64(Number(value));
    case 'bool':
      return writeBool;
    default:
      return writeInteger;
  }
}

function writeBool(buffer: ByteBuffer, value: StoredValue): void {
  buffer.uint8(value ? 1 : 0);
}

function writeInteger(buffer: ByteBuffer, value: StoredValue): void {
  if (typeof value === 'bigint') buffer.bigint64(BigInt.asIntN(64, value));
  else buffer.int64(whole(value));
}

function writeWide(buffer: ByteBuffer, value: StoredValue): void {
  buffer.int128(typeof value === 'bigint' ? value : whole(value));
}

/** Beyond 2^53 a number is no longer exact, and a fraction has no place in an integer column: either is a fault of the caller. */
function whole(value: StoredValue): number {
  const number = value ?? 0;
  if (!Number.isSafeInteger(number))
    throw new RangeError(`expected a whole number up to 2^53 or a BigInt, got ${value}`);
  return number as number;
}

import type { Plan, PlanField } from '../pipeline/plan.js';
import type { Batch, BytesColumn, Column, InternedColumn } from '../process/batch.js';
import type { ByteBuffer } from './byte-buffer.js';
import { rawColumns, type StoredColumn } from './columns.js';
import type { NativeBlock, NativeColumn } from './native-block.js';
import { type EncodedTexts, TextCache } from './text-cache.js';

export interface RawEncoder {
  /** What a block has to have for `append`. */
  columns: readonly StoredColumn[];
  /** Appends the batch's rows whose verdict is `wanted`, in their order, and says how many those were. */
  append(block: NativeBlock, batch: Batch, verdicts: ArrayLike<number>, wanted: number): number;
}

/** Encodes batches as rows of the raw table. Keeps encoded strings as long as the batches' dictionaries live: one encoder per worker. */
export function rawEncoder(plan: Plan): RawEncoder {
  const texts = new TextCache();
  const fields = plan.fields.length;
  return {
    columns: rawColumns(plan),
    append(block, batch, verdicts, wanted) {
      const rows = rowsOf(batch, verdicts, wanted);
      for (let at = 0; at < fields; at++)
        appendField(block.columns[at]!, plan.fields[at]!, batch.columns[at]!, rows, texts);
      const [partition, offset, recordTime] = block.columns.slice(fields).map(({ values }) => values);
      partition!.reserve(rows.length * 2);
      for (let at = 0; at < rows.length; at++) partition!.uint16(batch.partition);
      appendIntegers(offset!, batch.offsets, rows);
      appendIntegers(recordTime!, batch.recordTimes, rows);
      block.rows += rows.length;
      return rows.length;
    },
  };
}

function rowsOf(batch: Batch, verdicts: ArrayLike<number>, wanted: number): Int32Array {
  const rows = new Int32Array(batch.size);
  let count = 0;
  for (let row = 0; row < batch.size; row++) if (verdicts[row] === wanted) rows[count++] = row;
  return rows.subarray(0, count);
}

function appendField(
  { nulls, values }: NativeColumn,
  field: PlanField,
  column: Column,
  rows: Int32Array,
  texts: TextCache,
): void {
  const nullRow = appendNulls(nulls, column, rows);
  if (nullRow >= 0 && !nulls) throw new RangeError(`field "${field.name}" is required, but row ${nullRow} has none`);
  if (column.kind === 'interned') appendInterned(values, column, texts.of(column.dictionary), rows);
  else if (column.kind === 'bytes') appendBytes(values, column, rows);
  else if (field.type === 'float') appendFloats(values, column.values, rows);
  else if (field.type === 'bool') appendBools(values, column.values, rows);
  else appendIntegers(values, column.values, rows);
}

/** Returns a row that is null, or -1; writes which are, where the column may have some. */
function appendNulls(nulls: ByteBuffer | undefined, column: Column, rows: Int32Array): number {
  nulls?.reserve(rows.length);
  let found = -1;
  const add = (row: number, isNull: boolean) => {
    if (isNull) found = row;
    nulls?.uint8(isNull ? 1 : 0);
  };
  if (column.kind === 'number') for (const row of rows) add(row, Number.isNaN(column.values[row]));
  else {
    const marks = column.kind === 'interned' ? column.ids : column.starts;
    for (const row of rows) add(row, marks[row]! < 0);
  }
  return found;
}

/** NaN, which is null, is written as 0. */
function appendIntegers(target: ByteBuffer, values: Float64Array, rows: Int32Array): void {
  target.reserve(rows.length * 8);
  for (let at = 0; at < rows.length; at++) target.int64(values[rows[at]!]!);
}

function appendFloats(target: ByteBuffer, values: Float64Array, rows: Int32Array): void {
  target.reserve(rows.length * 8);
  for (let at = 0; at < rows.length; at++) target.float64(values[rows[at]!]!);
}

function appendBools(target: ByteBuffer, values: Float64Array, rows: Int32Array): void {
  target.reserve(rows.length);
  for (let at = 0; at < rows.length; at++) target.uint8(values[rows[at]!]!);
}

function appendInterned(
  target: ByteBuffer,
  { ids }: InternedColumn,
  { bytes, starts }: EncodedTexts,
  rows: Int32Array,
): void {
  for (let at = 0; at < rows.length; at++) {
    const id = ids[rows[at]!]!;
    if (id < 0) target.varint(0);
    else target.raw(bytes, starts[id]!, starts[id + 1]!);
  }
}

function appendBytes(target: ByteBuffer, { buffer, starts, ends }: BytesColumn, rows: Int32Array): void {
  for (let at = 0; at < rows.length; at++) {
    const start = starts[rows[at]!]!;
    const end = start < 0 ? start : ends[rows[at]!]!;
    target.varint(end - start);
    target.raw(buffer, start, end);
  }
}

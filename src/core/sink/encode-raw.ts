import type { Plan, PlanField } from '../pipeline/plan.js';
import type { Batch, Column } from '../process/batch.js';
import { rawColumns } from './columns.js';
import type { RowBuffer } from './row-buffer.js';
import { type EncodedTexts, TextCache } from './text-cache.js';
import { isNullable } from './types.js';

export interface RawEncoder {
  /** Names in the order in which the values are written. */
  columns: readonly string[];
  /** Writes the batch's rows whose verdict is `wanted`, in their order, and says how many those were. */
  append(buffer: RowBuffer, batch: Batch, verdicts: ArrayLike<number>, wanted: number): number;
}

/** Encodes batches as rows of the raw table. Keeps encoded strings as long as the batches' dictionaries live: one encoder per worker. */
export function rawEncoder(plan: Plan): RawEncoder {
  const texts = new TextCache();
  const nullable = plan.fields.map(isNullable);
  const width = plan.fields.length * 9 + 18;
  return {
    columns: rawColumns(plan).map((column) => column.name),
    append(buffer, batch, verdicts, wanted) {
      const writers = batch.columns.map((column, index) =>
        writerOf(plan.fields[index]!, nullable[index]!, column, buffer, texts),
      );
      const before = buffer.rows;
      for (let row = 0; row < batch.size; row++) {
        if (verdicts[row] !== wanted) continue;
        buffer.beginRow(width);
        for (let column = 0; column < writers.length; column++) writers[column]!(row);
        buffer.uint16(batch.partition);
        buffer.int64(batch.offsets[row]!);
        buffer.int64(batch.recordTimes[row]!);
      }
      return buffer.rows - before;
    },
  };
}

type ColumnWriter = (row: number) => void;

function writerOf(
  field: PlanField,
  nullable: boolean,
  column: Column,
  buffer: RowBuffer,
  texts: TextCache,
): ColumnWriter {
  const isNull = nullTest(column);
  const write = valueWriter(field, column, buffer, texts);
  if (!nullable)
    return (row) => {
      if (isNull(row)) throw new RangeError(`field "${field.name}" is required, but row ${row} has none`);
      write(row);
    };
  return (row) => {
    if (isNull(row)) buffer.uint8(1);
    else {
      buffer.uint8(0);
      write(row);
    }
  };
}

function nullTest(column: Column): (row: number) => boolean {
  if (column.kind === 'number') {
    const { values } = column;
    return (row) => Number.isNaN(values[row]);
  }
  const marks = column.kind === 'interned' ? column.ids : column.starts;
  return (row) => marks[row]! < 0;
}

function valueWriter(field: PlanField, column: Column, buffer: RowBuffer, texts: TextCache): ColumnWriter {
  if (column.kind === 'interned') return internedWriter(column.ids, texts.of(column.dictionary), buffer);
  if (column.kind === 'bytes') {
    const { buffer: source, starts, ends } = column;
    return (row) => {
      const start = starts[row]!;
      const end = ends[row]!;
      buffer.varint(end - start);
      buffer.raw(source, start, end);
    };
  }
  const { values } = column;
  if (field.type === 'float') return (row) => buffer.float64(values[row]!);
  if (field.type === 'bool') return (row) => buffer.uint8(values[row]!);
  return (row) => buffer.int64(values[row]!);
}

function internedWriter(ids: Int32Array, { bytes, starts }: EncodedTexts, buffer: RowBuffer): ColumnWriter {
  return (row) => {
    const id = ids[row]!;
    buffer.raw(bytes, starts[id]!, starts[id + 1]!);
  };
}

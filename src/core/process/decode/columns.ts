import type { Plan } from '../../pipeline/plan.js';
import type { Batch, BytesColumn, Column, FetchedRecords } from '../batch.js';
import type { Dictionary } from '../dictionary.js';

/** A batch of nulls for these records: every column there, event fields and enriched ones, for a decoder to fill. */
export function emptyBatch(plan: Plan, dictionary: Dictionary, fetched: FetchedRecords): Batch {
  const { partition, size, offsets, recordTimes, records } = fetched;
  const columns = plan.fields.map((field): Column => {
    if (field.type !== 'string') return { kind: 'number', values: new Float64Array(size).fill(Number.NaN) };
    if (field.interned) return { kind: 'interned', ids: new Int32Array(size).fill(-1), dictionary };
    return emptyBytes(size);
  });
  const faultColumns = new Int16Array(size).fill(-1);
  return { partition, size, offsets, recordTimes, columns, records, faults: new Uint8Array(size), faultColumns };
}

function emptyBytes(size: number): BytesColumn {
  return {
    kind: 'bytes',
    buffer: new Uint8Array(0),
    starts: new Int32Array(size).fill(-1),
    ends: new Int32Array(size).fill(-1),
  };
}

const encoder = new TextEncoder();

/** Collects the texts of one byte column of one batch in one growing buffer. */
export class TextCollector {
  private buffer = new Uint8Array(256);
  private used = 0;

  append(column: BytesColumn, row: number, text: string): void {
    const most = text.length * 3;
    if (this.used + most > this.buffer.length) {
      const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.used + most));
      grown.set(this.buffer.subarray(0, this.used));
      this.buffer = grown;
    }
    column.starts[row] = this.used;
    this.used += encoder.encodeInto(text, this.buffer.subarray(this.used)).written;
    column.ends[row] = this.used;
  }

  finish(column: BytesColumn): void {
    column.buffer = this.buffer.subarray(0, this.used);
  }
}

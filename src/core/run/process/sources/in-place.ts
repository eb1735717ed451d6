import { type BatchHeader, batchHeaders, eachRecord, recordBytes } from '../../../broker/record-batch/decode.js';
import type { FetchedRecords } from '../../../process/batch.js';
import type { Delivery } from './source.js';

/**
 * One partition's part of a Fetch response as deliveries, records as ranges in the response itself: batches that are not compressed make
 * one delivery together, a compressed one makes its own. Records below `from` are left out (a batch may begin before it).
 */
export function* inPlace(partition: number, bytes: Buffer, from: number): Generator<Delivery> {
  let plain: BatchHeader[] = [];
  for (const header of batchHeaders(bytes)) {
    if (header.compression === 0) plain.push(header);
    else {
      if (plain.length > 0) yield deliveryOf(partition, plain, bytes, from);
      plain = [];
      yield deliveryOf(partition, [header], bytes, from);
    }
  }
  if (plain.length > 0) yield deliveryOf(partition, plain, bytes, from);
}

function deliveryOf(partition: number, headers: readonly BatchHeader[], bytes: Buffer, from: number): Delivery {
  const capacity = headers.reduce((sum, { control, count }) => sum + (control ? 0 : count), 0);
  const found = emptyRecords(partition, capacity);
  const { records } = found;
  records.buffer = bytes;
  for (const header of headers) {
    if (header.control) continue;
    const range = recordBytes(bytes, header);
    records.buffer = range.bytes;
    eachRecord(header, range, (offset, timestamp, keyStart, keyEnd, valueStart, valueEnd) => {
      if (offset < from) return;
      const row = found.size++;
      found.offsets[row] = offset;
      found.recordTimes[row] = timestamp;
      records.keyStarts[row] = keyStart;
      records.keyEnds[row] = keyEnd;
      records.valueStarts[row] = valueStart;
      records.valueEnds[row] = valueEnd;
    });
  }
  const last = headers.at(-1)!;
  return { records: found, next: last.baseOffset + last.lastOffsetDelta + 1 };
}

/** Room for `capacity` records; `size` is 0. */
export function emptyRecords(partition: number, capacity: number): FetchedRecords {
  return {
    partition,
    size: 0,
    offsets: new Float64Array(capacity),
    recordTimes: new Float64Array(capacity),
    records: {
      buffer: new Uint8Array(0),
      keyStarts: new Int32Array(capacity),
      keyEnds: new Int32Array(capacity),
      valueStarts: new Int32Array(capacity),
      valueEnds: new Int32Array(capacity),
    },
  };
}

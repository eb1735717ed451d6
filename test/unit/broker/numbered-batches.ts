import { eachRecord, recordBytes } from '../../../src/core/broker/record-batch/decode.js';
import { RecordBatchWriter } from '../../../src/core/broker/record-batch/encode.js';
import type { SimulatedBroker } from './simulated-broker.js';

/** Batches of so many records, whose values count up from `first`. */
export function batchesOf(counts: readonly number[], first = 0): RecordBatchWriter[] {
  let next = first;
  return counts.map((count) => {
    const writer = new RecordBatchWriter(8_192);
    for (let index = 0; index < count; index++) writer.append(1, null, Buffer.from(String(next++)));
    return writer;
  });
}

export function valuesIn(broker: SimulatedBroker, partition = 0): number[] {
  const values: number[] = [];
  for (const { header, bytes } of broker.partitions[partition]!.log) {
    const range = recordBytes(bytes, header);
    eachRecord(header, range, (_offset, _time, _key, _keyEnd, start, end) =>
      values.push(Number(range.bytes.toString('utf8', start, end))),
    );
  }
  return values;
}

export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
export const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

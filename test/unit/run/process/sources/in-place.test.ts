import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { crc32c } from '@node-rs/crc32';
import { compressFrameSync as lz4 } from 'lz4-napi';
import { compressSync as snappy } from 'snappy';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareCodecs } from '../../../../../src/core/broker/record-batch/compression.js';
import { RecordBatchWriter } from '../../../../../src/core/broker/record-batch/encode.js';
import { controlBit, layout, lengthEnd } from '../../../../../src/core/broker/record-batch/layout.js';
import { inPlace } from '../../../../../src/core/run/process/sources/in-place.js';

/** kafkajs's own encoder: what its producers write. */
const require = createRequire(import.meta.url);
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js') as {
  RecordBatch(options: Record<string, unknown>): Promise<{ buffer: Buffer }>;
};
const KafkajsRecord = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (
  options: Record<string, unknown>,
) => unknown;

const { compress: zstd } = require('@bokuweb/zstd-wasm') as typeof import('@bokuweb/zstd-wasm');
beforeAll(() => prepareCodecs());

type Content = [offset: number, key: string | null, value: string | null, timestamp: number];
const time = 1_700_000_000_000;

/** One batch by our own writer: record i has key k<offset>, value v<offset>, and a time of its own. */
function batchAt(base: number, count: number, { control = false, codec = 0, lastDelta = count - 1 } = {}): Buffer {
  const writer = new RecordBatchWriter(1 << 16);
  for (let index = 0; index < count; index++)
    writer.append(time + base + index, Buffer.from(`k${base + index}`), Buffer.from(`v${base + index}`));
  const plain = Buffer.from(writer.finish({ producerId: -1n, producerEpoch: -1, baseSequence: -1 }));
  const records = compressed[codec]!(plain.subarray(layout.records));
  const batch = Buffer.concat([plain.subarray(0, layout.records), records]);
  batch.writeBigInt64BE(BigInt(base), layout.baseOffset);
  batch.writeInt32BE(batch.length - lengthEnd, layout.length);
  batch.writeInt16BE(codec | (control ? controlBit : 0), layout.attributes);
  batch.writeInt32BE(lastDelta, layout.lastOffsetDelta);
  batch.writeUInt32BE(crc32c(batch.subarray(layout.attributes)), layout.crc);
  return batch;
}

const compressed: Record<number, (bytes: Buffer) => Buffer> = {
  0: (bytes) => bytes,
  1: (bytes) => gzipSync(bytes),
  2: (bytes) => snappy(bytes),
  3: (bytes) => lz4(bytes),
  4: (bytes) => Buffer.from(zstd(bytes)),
  5: (bytes) => bytes,
};

function contentAt(offset: number): Content {
  return [offset, `k${offset}`, `v${offset}`, time + offset];
}

function contents(bytes: Buffer, from = 0): { records: Content[]; next: number }[] {
  return [...inPlace(3, bytes, from)].map(({ records: { records, offsets, recordTimes, size, partition }, next }) => {
    expect(partition).toBe(3);
    const text = (starts: Int32Array, ends: Int32Array, row: number) =>
      starts[row]! < 0 ? null : Buffer.from(records.buffer.subarray(starts[row], ends[row])).toString();
    return {
      records: Array.from({ length: size }, (_, row) => [
        offsets[row]!,
        text(records.keyStarts, records.keyEnds, row),
        text(records.valueStarts, records.valueEnds, row),
        recordTimes[row]!,
      ]),
      next,
    };
  });
}

describe('a partition’s part of a response', () => {
  it('is one delivery, as long as nothing is compressed', () => {
    expect(contents(Buffer.concat([batchAt(5, 2), batchAt(7, 3)]), 5)).toEqual([
      { records: [5, 6, 7, 8, 9].map(contentAt), next: 10 },
    ]);
    expect(contents(Buffer.alloc(0))).toEqual([]);
  });

  it('leaves out what lies before the wanted offset', () => {
    expect(contents(batchAt(5, 4), 7)).toEqual([{ records: [7, 8].map(contentAt), next: 9 }]);
  });

  it('leaves out a last batch that is cut short, and nothing before it', () => {
    const whole = Buffer.concat([batchAt(0, 2), batchAt(2, 2)]);
    for (const size of [whole.length - 1, batchAt(0, 2).length + 70, batchAt(0, 2).length + 3])
      expect(contents(whole.subarray(0, size))).toEqual([{ records: [0, 1].map(contentAt), next: 2 }]);
  });

  it('moves past transaction markers and past what compaction took', () => {
    const bytes = Buffer.concat([batchAt(0, 2, { lastDelta: 4 }), batchAt(5, 1, { control: true }), batchAt(6, 1)]);
    expect(contents(bytes)).toEqual([{ records: [0, 1, 6].map(contentAt), next: 7 }]);
    expect(contents(batchAt(9, 1, { control: true }), 9)).toEqual([{ records: [], next: 10 }]);
  });

  it.each([
    ['gzip', 1],
    ['snappy', 2],
    ['lz4', 3],
    ['zstd', 4],
  ])('gives compressed batches (%s) their own delivery, in order', (_, codec) => {
    const bytes = Buffer.concat([batchAt(0, 1), batchAt(1, 3, { codec }), batchAt(4, 2)]);
    expect(contents(bytes)).toEqual([
      { records: [contentAt(0)], next: 1 },
      { records: [1, 2, 3].map(contentAt), next: 4 },
      { records: [4, 5].map(contentAt), next: 6 },
    ]);
  });

  it.each([0, 1])(
    'reads what kafkajs writes, compression %i, with headers, nulls and empty values',
    async (compression) => {
      const records = [
        { offsetDelta: 0, timestampDelta: 0, key: 'a', value: 'b', headers: { why: 'test' } },
        { offsetDelta: 1, timestampDelta: 5, key: null, value: '' },
        { offsetDelta: 2, timestampDelta: 9, key: '', value: null },
      ].map((record) => KafkajsRecord({ headers: {}, ...record }));
      const { buffer } = await RecordBatch({
        compression,
        records,
        firstTimestamp: time,
        maxTimestamp: time + 9,
        lastOffsetDelta: 2,
      });
      const stored = Buffer.from(buffer);
      stored.writeBigInt64BE(40n, layout.baseOffset);
      expect(contents(stored, 40)).toEqual([
        {
          records: [
            [40, 'a', 'b', time],
            [41, null, '', time + 5],
            [42, '', null, time + 9],
          ],
          next: 43,
        },
      ]);
    },
  );

  it.each([
    ['a flipped bit', (batch: Buffer) => batch.writeUInt8(batch.readUInt8(70) ^ 4, 70), /CRC32C/],
    ['another format', (batch: Buffer) => batch.writeInt8(1, layout.magic), /format 1/],
  ])('with %s is refused', (_, damage, message) => {
    const batch = batchAt(0, 3);
    damage(batch);
    expect(() => contents(batch)).toThrow(message);
  });

  it('compressed in a way that is not known is refused, not skipped', () => {
    expect(() => contents(batchAt(0, 1, { codec: 5 }))).toThrow(/codec 5/);
  });
});

import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { crc32c } from '@node-rs/crc32';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prepareCodecs } from '../../../src/core/broker/record-batch/compression.js';
import { batchHeaderAt, batchHeaders, eachRecord, recordBytes } from '../../../src/core/broker/record-batch/decode.js';
import { RecordBatchWriter } from '../../../src/core/broker/record-batch/encode.js';
import { layout, lengthEnd } from '../../../src/core/broker/record-batch/layout.js';
import { VarintCursor, varintSize, writeVarint } from '../../../src/core/broker/record-batch/varint.js';

const require = createRequire(import.meta.url);

interface Written {
  timestamp: number;
  key: Uint8Array | null;
  value: Uint8Array | null;
}

const written = fc.array(
  fc.record({
    timestamp: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    key: fc.option(fc.uint8Array({ maxLength: 40 })),
    value: fc.option(fc.uint8Array({ maxLength: 300 })),
  }),
  { minLength: 1, maxLength: 40 },
);
const position = fc.record({
  producerId: fc.bigInt({ min: -1n, max: 2n ** 62n }),
  producerEpoch: fc.integer({ min: -1, max: 32_767 }),
  baseSequence: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
});

function encode(records: readonly Written[], at = { producerId: 7n, producerEpoch: 0, baseSequence: 5 }): Buffer {
  const writer = new RecordBatchWriter(64 * 1024);
  for (const { timestamp, key, value } of records) expect(writer.append(timestamp, key, value)).toBe(true);
  return writer.finish(at);
}

function decode(bytes: Buffer): (Written & { offset: number })[] {
  const found: (Written & { offset: number })[] = [];
  for (const header of batchHeaders(bytes)) {
    const range = recordBytes(bytes, header);
    const cut = (start: number, end: number) => (start < 0 ? null : new Uint8Array(range.bytes.subarray(start, end)));
    eachRecord(header, range, (offset, timestamp, keyStart, keyEnd, valueStart, valueEnd) =>
      found.push({ offset, timestamp, key: cut(keyStart, keyEnd), value: cut(valueStart, valueEnd) }),
    );
  }
  return found;
}

describe('varints', () => {
  test('read back as written, in the size foretold', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 }), (value) => {
        const bytes = new Uint8Array(10);
        const end = writeVarint(bytes, 0, value);
        expect(end).toBe(varintSize(value));
        expect(new VarintCursor(bytes).next()).toBe(value);
      }),
    );
  });

  test.each([
    [0, [0]],
    [-1, [1]],
    [1, [2]],
    [63, [126]],
    [64, [128, 1]],
    [-65, [129, 1]],
    [300, [216, 4]],
    [2 ** 31, [128, 128, 128, 128, 16]],
  ])('%d has the bytes that protobuf gives it', (value, expected) => {
    const bytes = new Uint8Array(10);
    expect([...bytes.subarray(0, writeVarint(bytes, 0, value))]).toEqual(expected);
  });

  test('bytes that end too early, or never, are refused', () => {
    expect(() => new VarintCursor(Uint8Array.of(128, 128)).next()).toThrow(/end within a varint/);
    expect(() => new VarintCursor(new Uint8Array(12).fill(255)).next()).toThrow(/more than ten bytes/);
  });
});

describe('record batches', () => {
  test('give back what was written', () => {
    fc.assert(
      fc.property(written, position, (records, at) => {
        const bytes = encode(records, at);
        expect(batchHeaderAt(bytes, 0)).toMatchObject({
          ...at,
          count: records.length,
          end: bytes.length,
          baseOffset: 0,
        });
        expect(decode(bytes)).toEqual(records.map((record, offset) => ({ ...record, offset })));
      }),
    );
  });

  test('read the same in kafkajs', async () => {
    const Decoder = require('kafkajs/src/protocol/decoder');
    const decodeBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder');
    await fc.assert(
      fc.asyncProperty(written, async (records) => {
        const { records: found, producerId, firstSequence } = await decodeBatch(new Decoder(encode(records)));
        expect([producerId, firstSequence]).toEqual(['7', 5]);
        expect(
          found.map(({ timestamp, key, value }: { timestamp: string; key: Buffer | null; value: Buffer | null }) => ({
            timestamp: Number(timestamp),
            key: key && new Uint8Array(key),
            value: value && new Uint8Array(value),
          })),
        ).toEqual(records);
      }),
    );
  });

  test('made by kafkajs are read', async () => {
    const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0');
    const record = require('kafkajs/src/protocol/recordBatch/record/v0');
    const made = await RecordBatch({
      firstTimestamp: 1_000,
      maxTimestamp: 1_500,
      producerId: '3',
      producerEpoch: 1,
      firstSequence: 9,
      lastOffsetDelta: 1,
      records: [
        record({ offsetDelta: 0, timestampDelta: 0, key: 'a', value: 'one', headers: { why: 'test' } }),
        record({ offsetDelta: 1, timestampDelta: 500, key: null, value: null }),
      ],
    });
    const text = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString();
    expect(decode(made.buffer).map(({ timestamp, key, value }) => [timestamp, text(key), text(value)])).toEqual([
      [1_000, 'a', 'one'],
      [1_500, null, null],
    ]);
  });

  test('say when they are full, without writing', () => {
    const writer = new RecordBatchWriter(400);
    const value = new Uint8Array(100);
    expect([1, 2, 3, 4].map((time) => writer.append(time, null, value))).toEqual([true, true, false, false]);
    expect(decode(writer.finish({ producerId: 1n, producerEpoch: 0, baseSequence: 0 }))).toHaveLength(2);
  });

  test('take a value out of a larger buffer', () => {
    const writer = new RecordBatchWriter(1_000);
    writer.append(1, null, Buffer.from('..inside..'), 2, 8);
    const [record] = decode(writer.finish({ producerId: 1n, producerEpoch: 0, baseSequence: 0 }));
    expect(Buffer.from(record!.value!).toString()).toBe('inside');
  });

  test('that are cut short are left for the next fetch', () => {
    const whole = Buffer.from(encode([{ timestamp: 1, key: null, value: Buffer.from('whole') }]));
    for (let cut = 0; cut < whole.length; cut++)
      expect(decode(Buffer.concat([whole, whole.subarray(0, cut)]))).toHaveLength(1);
  });

  test('any damaged byte behind the checksum is noticed', () => {
    const whole = encode([{ timestamp: 1, key: Buffer.from('k'), value: Buffer.from('value') }]);
    for (let at = layout.crc; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 0x10;
      expect(() => decode(damaged), `byte ${at}`).toThrow(/CRC32C/);
    }
  });

  test('lengths that reach beyond the batch are refused, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (noise) => {
        const bytes = Buffer.concat([
          encode([{ timestamp: 1, key: null, value: null }]).subarray(0, layout.records),
          noise,
        ]);
        bytes.writeInt32BE(bytes.length - lengthEnd, layout.length);
        bytes.writeInt32BE(3, layout.count);
        bytes.writeUInt32BE(crc32c(bytes.subarray(layout.attributes)), layout.crc);
        try {
          for (const { value } of decode(bytes)) expect(value?.length ?? 0).toBeLessThanOrEqual(noise.length);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  const xerial = (block: Buffer) =>
    Buffer.concat([Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]), sized(block)]);
  const sized = (block: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    return Buffer.concat([length, block]);
  };
  const snappy = (bytes: Buffer): Buffer => require('snappy').compressSync(bytes);
  test.each<[string, number, (bytes: Buffer) => Buffer]>([
    ['gzip', 1, (bytes) => gzipSync(bytes)],
    ['snappy as Java frames it', 2, (bytes) => xerial(snappy(bytes))],
    ['snappy in one block', 2, (bytes) => snappy(bytes)],
    ['zstd', 4, (bytes) => Buffer.from(require('@bokuweb/zstd-wasm').compress(bytes))],
    ['lz4', 3, (bytes) => require('lz4-napi').compressFrameSync(bytes)],
  ])('compressed with %s are read', async (_, codec, compress) => {
    await prepareCodecs();
    const records = Array.from({ length: 50 }, (_, at) => ({
      timestamp: at,
      key: null,
      value: Buffer.from(`value ${at}`),
    }));
    const plain = encode(records);
    const bytes = Buffer.concat([plain.subarray(0, layout.records), compress(plain.subarray(layout.records))]);
    bytes.writeInt16BE(codec, layout.attributes);
    bytes.writeInt32BE(bytes.length - lengthEnd, layout.length);
    bytes.writeUInt32BE(crc32c(bytes.subarray(layout.attributes)), layout.crc);
    expect(decode(bytes).map(({ value }) => Buffer.from(value!).toString())).toEqual(
      records.map(({ value }) => value.toString()),
    );
  });
});

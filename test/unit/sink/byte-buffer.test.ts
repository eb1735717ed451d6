import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteBuffer } from '../../../src/core/sink/byte-buffer.js';

function written(write: (buffer: ByteBuffer) => void, capacity = 1): DataView {
  const buffer = new ByteBuffer(capacity);
  buffer.reserve(16);
  write(buffer);
  const body = buffer.body();
  return new DataView(body.buffer, body.byteOffset, body.byteLength);
}

it('writes whole numbers up to 2^53 as Int64', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      expect(written((buffer) => buffer.int64(value)).getBigInt64(0, true)).toBe(BigInt(value));
    }),
  );
});

it('writes numbers and BigInts as the same Int128', () => {
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n })), (value) => {
      const view = written((buffer) => buffer.int128(value));
      expect((view.getBigInt64(8, true) << 64n) + view.getBigUint64(0, true)).toBe(BigInt(value));
    }),
  );
});

it('writes strings with their length in bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      const view = written((buffer) => buffer.text(text));
      let size = 0;
      let at = 0;
      for (let shift = 0, more = true; more; shift += 7) {
        const byte = view.getUint8(at++);
        size |= (byte & 127) << shift;
        more = byte > 127;
      }
      expect(at + size).toBe(view.byteLength);
      expect(new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, size))).toBe(text);
    }),
  );
});

it('keeps what was written when it grows, and starts over after a reset', () => {
  const buffer = new ByteBuffer(4);
  for (let row = 0; row < 1000; row++) {
    buffer.reserve(8);
    buffer.int64(row);
    buffer.raw(new Uint8Array([row & 255]), 0, 1);
  }
  const body = buffer.body();
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  for (let row = 0; row < 1000; row++) expect(view.getBigInt64(row * 9, true)).toBe(BigInt(row));
  buffer.reset();
  expect(buffer.body().length).toBe(0);
});

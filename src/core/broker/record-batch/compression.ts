import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);

/** Kafka's codecs by the number in a batch's attributes. The libraries load when first met. */
const codecs: Readonly<Record<number, (bytes: Buffer) => Buffer>> = {
  1: (bytes) => gunzipSync(bytes),
  2: unsnappy,
  3: (bytes) => (require('lz4-napi') as typeof import('lz4-napi')).decompressFrameSync(bytes),
  4: unzstd,
};

/** zstd is WebAssembly, which starts asynchronously: wait for this before `decompress` may meet it. The others need nothing. */
export function prepareCodecs(): Promise<void> {
  return zstd().init();
}

/** The records of a compressed batch. Throws RangeError for a codec that is not known, and whatever a codec says of damaged bytes. */
export function decompress(codec: number, bytes: Buffer): Buffer {
  const known = codecs[codec];
  if (!known) throw new RangeError(`expected a batch compressed with gzip, snappy, lz4 or zstd, got codec ${codec}`);
  return known(bytes);
}

/** Java's SnappyOutputStream: magic, two versions, then blocks with their lengths. Other clients send one raw block. */
const snappyMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const snappyHeader = 16;

function unsnappy(bytes: Buffer): Buffer {
  const { uncompressSync } = require('snappy') as typeof import('snappy');
  const block = (part: Buffer): Buffer => uncompressSync(part, { asBuffer: true }) as Buffer;
  if (!bytes.subarray(0, snappyMagic.length).equals(snappyMagic)) return block(bytes);
  const parts: Buffer[] = [];
  for (let at = snappyHeader; at < bytes.length; ) {
    const length = bytes.readInt32BE(at);
    parts.push(block(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return Buffer.concat(parts);
}

const largestZstd = 256 * 2 ** 20;

/** Streamed frames, as Java's, do not say how large they become: a larger heap is tried until it is enough. */
function unzstd(bytes: Buffer): Buffer {
  for (let heap = Math.max(2 ** 20, bytes.length * 8); ; heap *= 4) {
    try {
      return Buffer.from(zstd().decompress(bytes, { defaultHeapSize: heap }));
    } catch (error) {
      if (heap >= largestZstd) throw error;
    }
  }
}

function zstd(): typeof import('@bokuweb/zstd-wasm') {
  return require('@bokuweb/zstd-wasm') as typeof import('@bokuweb/zstd-wasm');
}

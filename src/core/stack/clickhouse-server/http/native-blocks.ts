import { init as initZstd, decompress as unzstd } from '@bokuweb/zstd-wasm';
import { compressSync, uncompressSync } from 'lz4-napi';
import { cityHash128 } from './cityhash128.js';
import { Exception } from './errors.js';

/**
 * ClickHouse's own compressed blocks, as `compress=1` and `decompress=1` ask for them (the JDBC driver does): a CityHash128 of
 * what follows it, then one byte for the method, the length from that byte on, the length unpacked, and the data.
 */
const method = { none: 0x02, lz4: 0x82, zstd: 0x90 };
const sumLength = 16;
const headLength = 9;
const maxBlock = 64 << 10;
/** What a sender may claim for one block. */
const maxUnpacked = 256 << 20;

/** Any number of bytes as blocks of at most 64 KiB: the sum takes some ms a block, in which nobody else is served. */
export function packBlocks(bytes: Uint8Array): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += maxBlock)
    blocks.push(packBlock(Buffer.from(bytes.subarray(at, at + maxBlock))));
  return Buffer.concat(blocks);
}

function packBlock(data: Buffer): Buffer {
  // The library puts the unpacked length in front, which the block's head says already.
  const packed = compressSync(data).subarray(4);
  const block = Buffer.allocUnsafe(sumLength + headLength + packed.length);
  block[sumLength] = method.lz4;
  block.writeUInt32LE(headLength + packed.length, sumLength + 1);
  block.writeUInt32LE(data.length, sumLength + 5);
  packed.copy(block, sumLength + headLength);
  const { low, high } = cityHash128(block.subarray(sumLength));
  block.writeBigUInt64LE(low, 0);
  block.writeBigUInt64LE(high, 8);
  return block;
}

/** The bytes that a sender packed into blocks. Throws 40 and 271 for what is not such a stream. */
export async function* unpackBlocks(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    for (;;) {
      const length = blockLength(waiting);
      if (length === undefined || waiting.length < length) break;
      yield await unpackBlock(waiting.subarray(0, length));
      waiting = waiting.subarray(length);
    }
  }
  if (waiting.length > 0) throw broken('the last compressed block is not complete');
}

function blockLength(bytes: Buffer): number | undefined {
  if (bytes.length < sumLength + headLength) return undefined;
  const packed = bytes.readUInt32LE(sumLength + 1);
  if (packed < headLength || packed > maxUnpacked || bytes.readUInt32LE(sumLength + 5) > maxUnpacked)
    throw broken('the head of a compressed block is wrong');
  return sumLength + packed;
}

async function unpackBlock(block: Buffer): Promise<Buffer> {
  const summed = block.subarray(sumLength);
  const { low, high } = cityHash128(summed);
  if (low !== block.readBigUInt64LE(0) || high !== block.readBigUInt64LE(8))
    throw new Exception(40, 'CHECKSUM_DOESNT_MATCH', "Checksum doesn't match: corrupted data");
  const packed = summed.subarray(headLength);
  const known = Object.values(method).includes(summed[0]!);
  if (!known) throw broken(`unknown method 0x${summed[0]!.toString(16)}: only LZ4, ZSTD and none are taken here`);
  if (summed[0] === method.none) return packed;
  try {
    if (summed[0] === method.lz4) return uncompressSync(Buffer.concat([summed.subarray(5, 9), packed]));
    zstdReady ??= initZstd();
    await zstdReady;
    return Buffer.from(unzstd(packed, { defaultHeapSize: summed.readUInt32LE(5) }));
  } catch {
    throw broken('the data of a block are wrong');
  }
}

let zstdReady: Promise<void> | undefined;

function broken(why: string): Exception {
  return new Exception(271, 'CANNOT_DECOMPRESS', `Cannot decompress: ${why}`);
}

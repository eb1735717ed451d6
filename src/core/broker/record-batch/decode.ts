import { crc32c } from '@node-rs/crc32';
import { decompress } from './compression.js';
import { compressionMask, controlBit, layout, lengthEnd, magic } from './layout.js';
import { VarintCursor } from './varint.js';

/** What a record batch says of itself, without looking into its records. */
export interface BatchHeader {
  /** Where it begins and ends in the bytes it was read from. */
  start: number;
  end: number;
  baseOffset: number;
  lastOffsetDelta: number;
  firstTimestamp: number;
  producerId: bigint;
  producerEpoch: number;
  baseSequence: number;
  count: number;
  /** 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd. */
  compression: number;
  /** Transaction markers: no records of anybody's. */
  control: boolean;
}

/** A record in place: ranges in `bytes`, a start of -1 being null. Headers, if any, begin at `headersStart` with their count. */
export type RecordVisitor = (
  offset: number,
  timestamp: number,
  keyStart: number,
  keyEnd: number,
  valueStart: number,
  valueEnd: number,
  headersStart: number,
) => void;

/** The batches in a partition's part of a Fetch response. The last may be cut short by the response's size limit: it is left out. */
export function* batchHeaders(bytes: Buffer): Generator<BatchHeader> {
  let at = 0;
  while (at + layout.records <= bytes.length) {
    const header = batchHeaderAt(bytes, at);
    if (!header) return;
    yield header;
    at = header.end;
  }
}

/** Undefined when the batch is cut short. Throws when the bytes are no batch of this format or their checksum differs. */
export function batchHeaderAt(bytes: Buffer, start: number): BatchHeader | undefined {
  const end = start + lengthEnd + bytes.readInt32BE(start + layout.length);
  const found = bytes.readInt8(start + layout.magic);
  if (found !== magic || end < start + layout.records)
    throw new RangeError(`expected a record batch of format ${magic} at byte ${start}, found format ${found}`);
  if (end > bytes.length) return undefined;
  const crc = crc32c(bytes.subarray(start + layout.attributes, end));
  const stored = bytes.readUInt32BE(start + layout.crc);
  const baseOffset = Number(bytes.readBigInt64BE(start + layout.baseOffset));
  if (crc !== stored)
    throw new RangeError(`record batch at offset ${baseOffset}: its CRC32C is ${stored}, the bytes have ${crc}`);
  const attributes = bytes.readInt16BE(start + layout.attributes);
  return {
    start,
    end,
    baseOffset,
    lastOffsetDelta: bytes.readInt32BE(start + layout.lastOffsetDelta),
    firstTimestamp: Number(bytes.readBigInt64BE(start + layout.firstTimestamp)),
    producerId: bytes.readBigInt64BE(start + layout.producerId),
    producerEpoch: bytes.readInt16BE(start + layout.producerEpoch),
    baseSequence: bytes.readInt32BE(start + layout.baseSequence),
    count: bytes.readInt32BE(start + layout.count),
    compression: attributes & compressionMask,
    control: (attributes & controlBit) !== 0,
  };
}

/**
 * The bytes that hold the records, and where they begin: the same buffer when the batch is not compressed, a new one otherwise.
 * Pass both to `eachRecord`.
 */
export function recordBytes(bytes: Buffer, header: BatchHeader): { bytes: Buffer; start: number; end: number } {
  const start = header.start + layout.records;
  if (header.compression === 0) return { bytes, start, end: header.end };
  const inflated = decompress(header.compression, bytes.subarray(start, header.end));
  return { bytes: inflated, start: 0, end: inflated.length };
}

/** Visits each record in offset order without making an object for it. Throws RangeError when lengths do not fit the bytes. */
export function eachRecord(
  header: BatchHeader,
  { bytes, start, end }: { bytes: Buffer; start: number; end: number },
  visit: RecordVisitor,
): void {
  const cursor = new VarintCursor(bytes, start);
  for (let index = 0; index < header.count; index++) {
    const length = cursor.next();
    const recordEnd = cursor.at + length;
    if (length < 0 || recordEnd > end) throw outside(header, index);
    cursor.at++;
    const timestamp = header.firstTimestamp + cursor.next();
    const offset = header.baseOffset + cursor.next();
    const keyLength = cursor.next();
    const keyStart = keyLength < 0 ? -1 : cursor.at;
    if (keyLength > 0) cursor.at += keyLength;
    const keyEnd = keyLength < 0 ? -1 : cursor.at;
    const valueLength = cursor.next();
    const valueStart = valueLength < 0 ? -1 : cursor.at;
    if (valueLength > 0) cursor.at += valueLength;
    if (cursor.at > recordEnd) throw outside(header, index);
    visit(offset, timestamp, keyStart, keyEnd, valueStart, valueLength < 0 ? -1 : cursor.at, cursor.at);
    cursor.at = recordEnd;
  }
}

function outside(header: BatchHeader, index: number): RangeError {
  return new RangeError(`record ${index} of the batch at offset ${header.baseOffset} reaches beyond its end`);
}

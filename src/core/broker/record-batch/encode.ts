import { crc32c } from '@node-rs/crc32';
import { layout, lengthEnd, magic } from './layout.js';
import { varintSize, writeVarint } from './varint.js';

/** Who writes the batch and at which of its records: what makes a repeated send recognisable. */
export interface ProducerPosition {
  producerId: bigint;
  producerEpoch: number;
  /** Sequence of the batch's first record, below 2^31; -1 without idempotence. */
  baseSequence: number;
}

/** A record's own overhead: length, attributes, deltas, key length, value length, header count, all at their longest. */
const recordOverhead = 5 + 1 + 10 + 5 + 5 + 5 + 5;
/** Their count. */
const noHeaders = new Uint8Array(1);

/**
 * Writes records as bytes straight into one record batch, without an object per record. `append` until it says that the batch is full, then
 * `finish`; `reset` makes the same memory serve the next batch, once this one is acknowledged.
 */
export class RecordBatchWriter {
  count = 0;
  private readonly buffer: Buffer;
  private at: number = layout.records;
  private firstTimestamp = 0;
  private maxTimestamp = 0;

  constructor(capacity: number) {
    this.buffer = Buffer.allocUnsafeSlow(capacity);
  }

  /** Bytes so far, with the batch's header. */
  get size(): number {
    return this.at;
  }

  reset(): void {
    this.count = 0;
    this.at = layout.records;
  }

  /** Whether a record with so many bytes of key and value surely has room. */
  hasRoomFor(bytes: number): boolean {
    return this.at + recordOverhead + bytes <= this.buffer.length;
  }

  /**
   * Adds a record: its value is value[start, end), its `timestamp` in whole milliseconds, `headers` what `encodeHeaders` made. False, and nothing
   * written, when there is no room.
   */
  append(
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    start = 0,
    end = value?.length ?? 0,
    headers: Uint8Array = noHeaders,
  ): boolean {
    const keyBytes = key === null ? 0 : key.length;
    const valueBytes = value === null ? 0 : end - start;
    if (!this.hasRoomFor(keyBytes + valueBytes + headers.length)) return false;
    if (this.count === 0) this.firstTimestamp = this.maxTimestamp = timestamp;
    else if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp;
    const { buffer, count } = this;
    const delta = timestamp - this.firstTimestamp;
    const length =
      1 +
      headers.length +
      varintSize(delta) +
      varintSize(count) +
      varintSize(key === null ? -1 : keyBytes) +
      keyBytes +
      varintSize(value === null ? -1 : valueBytes) +
      valueBytes;
    let at = writeVarint(buffer, this.at, length);
    buffer[at++] = 0;
    at = writeVarint(buffer, at, delta);
    at = writeVarint(buffer, at, count);
    at = writeBytes(buffer, at, key, 0, keyBytes);
    at = writeBytes(buffer, at, value, start, end);
    if (headers === noHeaders) buffer[at] = 0;
    else buffer.set(headers, at);
    this.at = at + headers.length;
    this.count = count + 1;
    return true;
  }

  /** The whole batch, uncompressed, with CreateTime; a view of this writer's memory. */
  finish(position: ProducerPosition): Buffer {
    const batch = this.buffer.subarray(0, this.at);
    batch.writeBigInt64BE(0n, layout.baseOffset);
    batch.writeInt32BE(this.at - lengthEnd, layout.length);
    batch.writeInt32BE(-1, layout.leaderEpoch);
    batch.writeInt8(magic, layout.magic);
    batch.writeInt16BE(0, layout.attributes);
    batch.writeInt32BE(this.count - 1, layout.lastOffsetDelta);
    batch.writeBigInt64BE(BigInt(this.firstTimestamp), layout.firstTimestamp);
    batch.writeBigInt64BE(BigInt(this.maxTimestamp), layout.maxTimestamp);
    batch.writeBigInt64BE(position.producerId, layout.producerId);
    batch.writeInt16BE(position.producerEpoch, layout.producerEpoch);
    batch.writeInt32BE(position.baseSequence, layout.baseSequence);
    batch.writeInt32BE(this.count, layout.count);
    batch.writeUInt32BE(crc32c(batch.subarray(layout.attributes)), layout.crc);
    return batch;
  }
}

function writeBytes(into: Buffer, at: number, bytes: Uint8Array | null, start: number, end: number): number {
  if (bytes === null) return writeVarint(into, at, -1);
  const behind = writeVarint(into, at, end - start);
  into.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), behind);
  return behind + end - start;
}

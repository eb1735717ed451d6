/** Writes the primitive types of Kafka's protocol, growing as needed. */
export class WireWriter {
  private buffer: Buffer;
  private at = 0;

  constructor(capacity = 256) {
    this.buffer = Buffer.allocUnsafe(capacity);
  }

  int8(value: number): this {
    this.room(1);
    this.at = this.buffer.writeInt8(value, this.at);
    return this;
  }

  int16(value: number): this {
    this.room(2);
    this.at = this.buffer.writeInt16BE(value, this.at);
    return this;
  }

  int32(value: number): this {
    this.room(4);
    this.at = this.buffer.writeInt32BE(value, this.at);
    return this;
  }

  int64(value: number | bigint): this {
    this.room(8);
    this.at = this.buffer.writeBigInt64BE(BigInt(value), this.at);
    return this;
  }

  /** NULLABLE_STRING: two bytes of length, -1 for null. */
  string(value: string | null): this {
    const bytes = value === null ? undefined : Buffer.from(value);
    return this.int16(bytes?.length ?? -1).bytes(bytes ?? Buffer.alloc(0));
  }

  /** COMPACT_STRING and its unsigned varint of length + 1. */
  compactString(value: string): this {
    const bytes = Buffer.from(value);
    return this.unsignedVarint(bytes.length + 1).bytes(bytes);
  }

  unsignedVarint(value: number): this {
    let rest = value;
    while (rest > 127) {
      this.int8((((rest & 127) | 128) << 24) >> 24);
      rest >>>= 7;
    }
    return this.int8(rest);
  }

  /** The bytes alone, no length. */
  bytes(value: Uint8Array): this {
    this.room(value.length);
    this.buffer.set(value, this.at);
    this.at += value.length;
    return this;
  }

  finish(): Buffer {
    return this.buffer.subarray(0, this.at);
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.at + bytes));
    this.buffer.copy(grown, 0, 0, this.at);
    this.buffer = grown;
  }
}

/** Reads them; every method throws RangeError beyond the end. */
export class WireReader {
  at: number;
  readonly buffer: Buffer;

  constructor(buffer: Buffer, at = 0) {
    this.buffer = buffer;
    this.at = at;
  }

  int8(): number {
    this.at += 1;
    return this.buffer.readInt8(this.at - 1);
  }

  int16(): number {
    this.at += 2;
    return this.buffer.readInt16BE(this.at - 2);
  }

  int32(): number {
    this.at += 4;
    return this.buffer.readInt32BE(this.at - 4);
  }

  /** Offsets and times: exact up to 2^53. */
  int64(): number {
    this.at += 8;
    return Number(this.buffer.readBigInt64BE(this.at - 8));
  }

  string(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.take(length).toString();
  }

  compactString(): string | null {
    const length = this.unsignedVarint() - 1;
    return length < 0 ? null : this.take(length).toString();
  }

  /** A view of the next bytes. */
  take(length: number): Buffer {
    if (length < 0 || this.at + length > this.buffer.length)
      throw new RangeError(`expected ${length} more bytes at ${this.at} of ${this.buffer.length}`);
    this.at += length;
    return this.buffer.subarray(this.at - length, this.at);
  }

  unsignedVarint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.buffer.readUInt8(this.at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  /** The elements of an array with a four-byte count; null counts as empty. */
  array<T>(read: () => T): T[] {
    return this.times(this.int32(), read);
  }

  compactArray<T>(read: () => T): T[] {
    return this.times(this.unsignedVarint() - 1, read);
  }

  /** Tagged fields that a newer broker may add: skipped. */
  skipTags(): void {
    for (let count = this.unsignedVarint(); count > 0; count--) {
      this.unsignedVarint();
      this.take(this.unsignedVarint());
    }
  }

  private times<T>(count: number, read: () => T): T[] {
    const values: T[] = [];
    for (let index = 0; index < count; index++) values.push(read());
    return values;
  }
}

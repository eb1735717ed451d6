const two32 = 4_294_967_296;

/** Values as ClickHouse's binary formats have them, one after the other in one growing buffer. All numbers are little-endian. */
export class ByteBuffer {
  /** Bytes written so far. */
  length = 0;
  private bytes: Uint8Array<ArrayBuffer>;
  private view: DataView;

  constructor(capacity = 1 << 12) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** What was written, without a copy: valid until the next write or reset. */
  body(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }

  reset(): void {
    this.length = 0;
  }

  /** Makes room for `size` more bytes: who writes numbers of fixed width calls it first, as their writers do not check. */
  reserve(size: number): void {
    const needed = this.length + size;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, needed));
    grown.set(this.body());
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  uint8(value: number): void {
    this.bytes[this.length++] = value;
  }

  uint16(value: number): void {
    this.view.setUint16(this.length, value, true);
    this.length += 2;
  }

  float64(value: number): void {
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Int64 and UInt64 of a whole number up to 2^53, without a BigInt. */
  int64(value: number): void {
    const high = Math.floor(value / two32);
    this.view.setUint32(this.length, value - high * two32, true);
    this.view.setInt32(this.length + 4, high, true);
    this.length += 8;
  }

  bigint64(value: bigint): void {
    this.view.setBigInt64(this.length, value, true);
    this.length += 8;
  }

  int128(value: number | bigint): void {
    if (typeof value === 'number') {
      this.int64(value);
      this.int64(value < 0 ? -1 : 0);
    } else {
      this.bigint64(BigInt.asIntN(64, value));
      this.bigint64(value >> 64n);
    }
  }

  /** LEB128, as it stands before every string. Makes room for itself, as do all that follow. */
  varint(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest > 127) {
      this.bytes[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  /** Bytes as they are. Short ranges are copied by hand: a native copy costs more than they do. */
  raw(source: Uint8Array, start = 0, end = source.length): void {
    const size = end - start;
    this.reserve(size);
    if (size > 96) this.bytes.set(source.subarray(start, end), this.length);
    else {
      const { bytes, length } = this;
      for (let at = 0; at < size; at++) bytes[length + at] = source[start + at]!;
    }
    this.length += size;
  }

  /** A string: its length in bytes, then UTF-8. */
  text(value: string): void {
    const size = Buffer.byteLength(value);
    this.varint(size);
    this.reserve(size);
    textEncoder.encodeInto(value, this.bytes.subarray(this.length));
    this.length += size;
  }
}

const textEncoder = new TextEncoder();

const encoder = new TextEncoder();

/**
 * Bytes in a buffer that grows. When it is full a new one is taken and only what stands since `mark` moves over: ranges noted before the mark
 * stay valid in the buffer in which they were written, for as long as somebody holds it. With the mark left at 0 it is a plain growing buffer.
 */
export class ByteWriter {
  buffer: Uint8Array;
  position = 0;
  mark = 0;

  constructor(capacity = 64 * 1024) {
    this.buffer = new Uint8Array(capacity);
  }

  /** Makes room for so many further bytes. */
  reserve(bytes: number): void {
    if (this.position + bytes <= this.buffer.length) return;
    const kept = this.position - this.mark;
    const larger = new Uint8Array(Math.max(this.buffer.length, 2 * (kept + bytes)));
    larger.set(this.buffer.subarray(this.mark, this.position));
    this.buffer = larger;
    this.position = kept;
    this.mark = 0;
  }

  bytes(bytes: Uint8Array): void {
    const length = bytes.length;
    this.reserve(length);
    const { buffer, position } = this;
    if (length > 48) buffer.set(bytes, position);
    else for (let i = 0; i < length; i++) buffer[position + i] = bytes[i]!;
    this.position = position + length;
  }

  byte(byte: number): void {
    this.reserve(1);
    this.buffer[this.position++] = byte;
  }

  /** Text whose characters are all below 128. */
  ascii(text: string): void {
    const length = text.length;
    this.reserve(length);
    const { buffer, position } = this;
    for (let i = 0; i < length; i++) buffer[position + i] = text.charCodeAt(i);
    this.position = position + length;
  }

  utf8(text: string): void {
    this.reserve(text.length * 3);
    this.position += encoder.encodeInto(text, this.buffer.subarray(this.position)).written;
  }

  /** The digits of a whole number, 0 <= value <= 2^53. */
  digits(value: number): void {
    if (value >= 1e9) {
      const high = Math.floor(value / 1e9);
      this.digits(high);
      this.padded(value - high * 1e9, 9);
      return;
    }
    let count = 1;
    for (let power = 10; value >= power; power *= 10) count++;
    this.padded(value, count);
  }

  /** Exactly `count` digits, at most 9, with leading zeros. */
  padded(value: number, count: number): void {
    this.reserve(count);
    const { buffer, position } = this;
    let rest = value | 0;
    for (let i = position + count - 1; i >= position; i--) {
      const tens = (rest / 10) | 0;
      buffer[i] = 48 + rest - tens * 10;
      rest = tens;
    }
    this.position = position + count;
  }
}

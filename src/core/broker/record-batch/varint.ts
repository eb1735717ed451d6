/** Kafka's zigzag varints, exact for integers up to ±2^52; int32 fields use the same bytes. */

/** How many bytes `writeVarint` takes. */
export function varintSize(value: number): number {
  let rest = zigzag(value);
  let size = 1;
  while (rest >= 128) {
    rest = Math.floor(rest / 128);
    size++;
  }
  return size;
}

/** Writes at `at` and answers with the position behind. */
export function writeVarint(into: Uint8Array, at: number, value: number): number {
  let rest = zigzag(value);
  // Beyond 2^31 shifts would cut: high lengths are rare, so the slow division stays out of the usual path.
  while (rest >= 0x80000000) {
    into[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  while (rest > 127) {
    into[at++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  into[at++] = rest;
  return at;
}

/** A reader that goes along a buffer: `at` is where the next varint begins. */
export class VarintCursor {
  at = 0;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Throws RangeError when the buffer ends within the varint or it has more than ten bytes. */
  next(): number {
    let byte = this.byte();
    let raw = byte & 127;
    let factor = 128;
    for (let count = 1; byte & 128; count++) {
      if (count === 10) throw new RangeError(`a varint of more than ten bytes ends at ${this.at}`);
      byte = this.byte();
      raw += (byte & 127) * factor;
      factor *= 128;
    }
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  }

  private byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new RangeError(`the bytes end within a varint, at ${this.bytes.length}`);
    return byte;
  }
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

import type { Dictionary } from '../dictionary.js';
import type { Ints, Numbers } from '../table/grow.js';

/** Reads what a StateWriter wrote, in the same order. Throws a RangeError when bytes are missing. */
export class StateReader {
  private readonly view: DataView;
  private readonly bytes: Uint8Array;
  private readonly texts: string[];
  private at: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = this.view.getUint32(0, true);
    if (4 + length > bytes.length) throw new RangeError('the list of strings is cut off');
    this.texts = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
    this.at = 4 + length;
  }

  get ended(): boolean {
    return this.at === this.bytes.length;
  }

  number(): number {
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }

  int(): number {
    this.at += 4;
    return this.view.getInt32(this.at - 4, true);
  }

  text(): string {
    const place = this.int();
    const text = this.texts[place];
    if (text === undefined) throw new RangeError(`no string has the place ${place}`);
    return text;
  }

  /** Ids of `dictionary`, in which the strings are interned now. */
  ids(dictionary: Dictionary): Ints {
    const ids = this.ints();
    for (let index = 0; index < ids.length; index++) {
      const place = ids[index]!;
      if (place >= 0) ids[index] = dictionary.idOf(this.texts[place]!);
    }
    return ids;
  }

  numbers(): Numbers {
    return new Float64Array(this.copy(8));
  }

  ints(): Ints {
    return new Int32Array(this.copy(4));
  }

  octets(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.copy(1));
  }

  private copy(width: number): ArrayBuffer {
    const length = this.int() * width;
    if (length < 0 || this.at + length > this.bytes.length) throw new RangeError('an array is cut off');
    const start = this.bytes.byteOffset + this.at;
    this.at += length;
    return this.bytes.buffer.slice(start, start + length) as ArrayBuffer;
  }
}

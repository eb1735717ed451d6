import type { Dictionary } from '../process/dictionary.js';

/** Each string of a dictionary as it stands in a column, encoded once: string number i is bytes[starts[i] .. starts[i + 1]], its length included. */
export interface EncodedTexts {
  bytes: Uint8Array;
  starts: Int32Array;
}

/** Keeps the encoded strings of the dictionaries it has seen, for as long as those live. */
export class TextCache {
  private readonly caches = new WeakMap<Dictionary, CachedTexts>();

  /** All strings that the dictionary holds now. */
  of(dictionary: Dictionary): EncodedTexts {
    let cached = this.caches.get(dictionary);
    if (!cached) {
      cached = new CachedTexts();
      this.caches.set(dictionary, cached);
    }
    cached.catchUp(dictionary);
    return cached;
  }
}

class CachedTexts implements EncodedTexts {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(4096);
  starts = new Int32Array(256);
  private known = 0;

  catchUp(dictionary: Dictionary): void {
    const { texts } = dictionary;
    if (texts.length + 1 > this.starts.length) this.starts = grown(this.starts, texts.length + 1, Int32Array);
    for (; this.known < texts.length; this.known++) this.add(texts[this.known]!);
  }

  private add(text: string): void {
    let at = this.starts[this.known]!;
    const size = Buffer.byteLength(text);
    if (at + size + 5 > this.bytes.length) this.bytes = grown(this.bytes, at + size + 5, Uint8Array);
    let rest = size;
    for (; rest > 127; rest >>>= 7) this.bytes[at++] = (rest & 127) | 128;
    this.bytes[at++] = rest;
    textEncoder.encodeInto(text, this.bytes.subarray(at));
    this.starts[this.known + 1] = at + size;
  }
}

function grown<T extends Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(
  array: T,
  atLeast: number,
  Kind: new (size: number) => T,
): T {
  const larger = new Kind(Math.max(array.length * 2, atLeast));
  larger.set(array);
  return larger;
}

const textEncoder = new TextEncoder();

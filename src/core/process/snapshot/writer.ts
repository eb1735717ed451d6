import type { Dictionary } from '../dictionary.js';
import { grownInts, type Ints } from '../table/grow.js';

type Numbers = Float64Array | Int32Array | Uint8Array;

/** Of writers that have finished, for those to come: a checkpoint writes some megabytes dozens of times over. */
const spare: Uint8Array<ArrayBuffer>[] = [];
const spareBytes = 32 << 20;
const none = new Uint8Array(0);

/**
 * Little-endian bytes of state. Strings are written once each, as a list before the body, so that the body holds their place in that list:
 * ids of a worker's dictionary never leave it.
 */
export class StateWriter {
  private bytes = spare.pop() ?? new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  private used = 0;
  private readonly texts: string[] = [];
  private readonly places = new Map<string, number>();
  private readonly known = new Map<Dictionary, Ints>();

  number(value: number): void {
    this.room(8);
    this.view.setFloat64(this.used, value, true);
    this.used += 8;
  }

  int(value: number): void {
    this.room(4);
    this.view.setInt32(this.used, value, true);
    this.used += 4;
  }

  /** The text itself, by its place in the list. */
  text(value: string): void {
    this.int(this.place(value));
  }

  /** Ids of `dictionary`; negative ones are null. */
  ids(ids: Int32Array, dictionary: Dictionary): void {
    const known = this.placesOf(dictionary);
    const places = new Int32Array(ids.length);
    for (let index = 0; index < ids.length; index++) {
      const id = ids[index]!;
      if (id >= 0 && known[id]! < 0) known[id] = this.place(dictionary.textOf(id));
      places[index] = id < 0 ? -1 : known[id]!;
    }
    this.array(places);
  }

  /** Length and content; every machine that runs Node is little-endian. */
  array(values: Numbers): void {
    this.int(values.length);
    this.room(values.byteLength);
    this.bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), this.used);
    this.used += values.byteLength;
  }

  /** The list of strings and the body, as `StateReader` takes them. Nothing can be written after it. */
  finish(): Uint8Array {
    const texts = new TextEncoder().encode(JSON.stringify(this.texts));
    const whole = new Uint8Array(4 + texts.length + this.used);
    new DataView(whole.buffer).setUint32(0, texts.length, true);
    whole.set(texts, 4);
    whole.set(this.bytes.subarray(0, this.used), 4 + texts.length);
    if (this.bytes.length <= spareBytes) spare.push(this.bytes);
    this.bytes = none;
    this.used = 0;
    return whole;
  }

  /** Places by id, -1 where not known yet: found once per string and not once per mention. */
  private placesOf(dictionary: Dictionary): Int32Array {
    const known = grownInts(this.known.get(dictionary) ?? new Int32Array(0), dictionary.size, -1);
    this.known.set(dictionary, known);
    return known;
  }

  private place(text: string): number {
    const known = this.places.get(text);
    if (known !== undefined) return known;
    this.places.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }

  private room(more: number): void {
    if (this.used + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.used + more));
    grown.set(this.bytes.subarray(0, this.used));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

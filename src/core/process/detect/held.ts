import type { Dictionary } from '../dictionary.js';
import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { grownInts, grownNumbers } from '../table/grow.js';

/**
 * Observations that wait for the watermark, and come out by (time, offset): a binary heap over columns. Of `order`, the first `size` places are
 * the heap and the rest the free slots, so that nothing is allocated per observation.
 */
export class HeldObservations {
  size = 0;
  times = new Float64Array(0);
  offsets = new Float64Array(0);
  /** The key's group. */
  groups = new Int32Array(0);
  /** By input, then by slot: numbers, or interned ids, NaN being null. */
  values: Float64Array<ArrayBuffer>[];
  private order = new Int32Array(0);

  constructor(inputs: number) {
    this.values = Array.from({ length: inputs }, () => new Float64Array(0));
  }

  get bytes(): number {
    return this.order.length * (2 * 8 + 2 * 4 + 8 * this.values.length);
  }

  /** Time of the first one; Infinity when there is none. */
  get earliest(): number {
    return this.size > 0 ? this.times[this.order[0]!]! : Number.POSITIVE_INFINITY;
  }

  /** Makes room for so many more. */
  reserve(more: number): void {
    const known = this.order.length;
    this.order = grownInts(this.order, this.size + more);
    const { length } = this.order;
    if (length === known) return;
    for (let slot = known; slot < length; slot++) this.order[slot] = slot;
    this.times = grownNumbers(this.times, length);
    this.offsets = grownNumbers(this.offsets, length);
    this.groups = grownInts(this.groups, length);
    this.values = this.values.map((column) => grownNumbers(column, length));
  }

  /** The slot that it has until it is taken; its values are the caller's to set. Only into room that was reserved. */
  add(time: number, offset: number, group: number): number {
    const { order, times, offsets } = this;
    let place = this.size++;
    const slot = order[place]!;
    times[slot] = time;
    offsets[slot] = offset;
    this.groups[slot] = group;
    for (; place > 0; place = (place - 1) >> 1) {
      const above = order[(place - 1) >> 1]!;
      if (times[above]! < time || (times[above] === time && offsets[above]! < offset)) break;
      order[place] = above;
    }
    order[place] = slot;
    return slot;
  }

  /** The slot of the first one, whose content stays until something is added. */
  take(): number {
    const { order } = this;
    const slot = order[0]!;
    const last = order[--this.size]!;
    order[this.size] = slot;
    let place = 0;
    for (let below = 1; below < this.size; below = 2 * place + 1) {
      if (below + 1 < this.size && this.precedes(order[below + 1]!, order[below]!)) below++;
      if (this.precedes(last, order[below]!)) break;
      order[place] = order[below]!;
      place = below;
    }
    if (this.size > 0) order[place] = last;
    return slot;
  }

  /** Calls with the slot of each, in no order. */
  forEach(visit: (slot: number) => void): void {
    for (let place = 0; place < this.size; place++) visit(this.order[place]!);
  }

  /** `dictionaries` by input, for those that are strings. */
  write(writer: StateWriter, dictionaries: readonly (Dictionary | undefined)[]): void {
    // As the heap has them: read in this order each finds its place at once.
    const slots = this.order.subarray(0, this.size);
    writer.array(picked(this.times, slots, new Float64Array(slots.length)));
    writer.array(picked(this.offsets, slots, new Float64Array(slots.length)));
    writer.array(picked(this.groups, slots, new Int32Array(slots.length)));
    for (const [input, column] of this.values.entries()) {
      const values = picked(column, slots, new Float64Array(slots.length));
      const dictionary = dictionaries[input];
      if (dictionary) writer.ids(idsOf(values), dictionary);
      else writer.array(values);
    }
  }

  /** Into a fresh one. */
  read(reader: StateReader, dictionaries: readonly (Dictionary | undefined)[]): void {
    const times = reader.numbers();
    const offsets = reader.numbers();
    const groups = reader.ints();
    this.reserve(times.length);
    const slots = Array.from(times, (time, index) => this.add(time, offsets[index]!, groups[index]!));
    for (const [input, column] of this.values.entries()) {
      const dictionary = dictionaries[input];
      const values = dictionary
        ? Float64Array.from(reader.ids(dictionary), (id) => (id < 0 ? Number.NaN : id))
        : reader.numbers();
      for (const [index, slot] of slots.entries()) column[slot] = values[index]!;
    }
  }

  private precedes(one: number, other: number): boolean {
    const { times, offsets } = this;
    return times[one]! < times[other]! || (times[one] === times[other] && offsets[one]! < offsets[other]!);
  }
}

/** `from` by the function that the language has for it takes more than ten times as long. */
function picked<T extends Float64Array | Int32Array>(column: T, slots: Int32Array, into: T): T {
  for (let index = 0; index < slots.length; index++) into[index] = column[slots[index]!]!;
  return into;
}

function idsOf(values: Float64Array): Int32Array {
  const ids = new Int32Array(values.length);
  for (let index = 0; index < values.length; index++) ids[index] = Number.isNaN(values[index]!) ? -1 : values[index]!;
  return ids;
}

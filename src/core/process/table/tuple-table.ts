import { finalized } from '../hash/murmur3.js';
import { grownInts } from './grow.js';

/**
 * Tuples of 32-bit words as dense ids, 0 upwards: the groups of a slice. Open addressing, at most half full; nothing is allocated per tuple.
 */
export class TupleTable {
  readonly width: number;
  size = 0;
  /** The tuples one after another: that of id i begins at i * width. */
  words = new Int32Array(0);
  /** Id + 1 by slot; 0 is free. */
  private slots = new Int32Array(16);
  private mask = 15;

  constructor(width: number) {
    this.width = width;
  }

  get bytes(): number {
    return this.words.byteLength + this.slots.byteLength;
  }

  /** The ids of `count` tuples that stand one after another in `words`, into `ids`; new tuples are added. */
  insertAll(words: Int32Array, count: number, ids: Int32Array): void {
    if (this.width === 0) {
      if (count > 0) this.size = 1;
      ids.fill(0, 0, count);
    } else if (this.width === 1) this.insertSingles(words, count, ids);
    else if (this.width === 2) this.insertPairs(words, count, ids);
    else for (let index = 0; index < count; index++) ids[index] = this.insert(words, index * this.width);
  }

  /** The id of the tuple at `at`, or -1. */
  find(words: Int32Array, at: number): number {
    if (this.width === 0) return this.size - 1;
    return this.slots[this.slotOf(words, at)]! - 1;
  }

  insert(words: Int32Array, at: number): number {
    if (this.width === 0) {
      this.size = 1;
      return 0;
    }
    const slot = this.slotOf(words, at);
    const known = this.slots[slot]!;
    return known > 0 ? known - 1 : this.add(words, at, slot);
  }

  private insertSingles(words: Int32Array, count: number, ids: Int32Array): void {
    for (let index = 0; index < count; index++) {
      const word = words[index]!;
      const { slots, mask } = this;
      const known = this.words;
      let slot = finalized(word) & mask;
      let id = slots[slot]! - 1;
      while (id >= 0 && known[id] !== word) {
        slot = (slot + 1) & mask;
        id = slots[slot]! - 1;
      }
      ids[index] = id >= 0 ? id : this.add(words, index, slot);
    }
  }

  private insertPairs(words: Int32Array, count: number, ids: Int32Array): void {
    for (let index = 0; index < count; index++) {
      const first = words[2 * index]!;
      const second = words[2 * index + 1]!;
      const { slots, mask } = this;
      const known = this.words;
      let slot = finalized(finalized(first) ^ second) & mask;
      let id = slots[slot]! - 1;
      while (id >= 0 && (known[2 * id] !== first || known[2 * id + 1] !== second)) {
        slot = (slot + 1) & mask;
        id = slots[slot]! - 1;
      }
      ids[index] = id >= 0 ? id : this.add(words, 2 * index, slot);
    }
  }

  /** The slot that holds the tuple, or the free one where it belongs. */
  private slotOf(words: Int32Array, at: number): number {
    const { slots, mask, width } = this;
    let hash = 0;
    for (let word = 0; word < width; word++) hash = finalized(hash ^ words[at + word]!);
    let slot = hash & mask;
    for (let id = slots[slot]! - 1; id >= 0 && !this.equals(id, words, at); id = slots[slot]! - 1)
      slot = (slot + 1) & mask;
    return slot;
  }

  private equals(id: number, words: Int32Array, at: number): boolean {
    const start = id * this.width;
    for (let word = 0; word < this.width; word++) if (this.words[start + word] !== words[at + word]) return false;
    return true;
  }

  private add(words: Int32Array, at: number, slot: number): number {
    const id = this.size++;
    this.words = grownInts(this.words, this.size * this.width);
    for (let word = 0; word < this.width; word++) this.words[id * this.width + word] = words[at + word]!;
    this.slots[slot] = id + 1;
    if (this.size * 2 > this.slots.length) this.rehash();
    return id;
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    this.mask = this.slots.length - 1;
    for (let id = 0; id < this.size; id++) this.slots[this.slotOf(this.words, id * this.width)] = id + 1;
  }
}

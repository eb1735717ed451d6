import { finalized } from '../hash/murmur3.js';
import { grownInts } from './grow.js';

/**
 * A set of (group, value) pairs for all groups of a slice in one table, where a set object per group would cost its allocations; a value is two
 * 32-bit words. Pairs have dense numbers, 0 upwards, by which an owner keeps what belongs to a pair (a count, a rank); those of one group are
 * chained.
 */
export class PairTable {
  size = 0;
  private groups = new Int32Array(0);
  private lows = new Int32Array(0);
  private highs = new Int32Array(0);
  /** The pair of the same group before this one, or -1. */
  private before = new Int32Array(0);
  private newest = new Int32Array(0);
  private slots = new Int32Array(16);
  private mask = 15;

  get bytes(): number {
    const arrays = [this.groups, this.lows, this.highs, this.before, this.newest, this.slots];
    return arrays.reduce((sum, array) => sum + array.byteLength, 0);
  }

  /** Makes room for groups 0 to count - 1. */
  ensureGroups(count: number): void {
    this.newest = grownInts(this.newest, count, -1);
  }

  /** The pair's number; it is new when it equals the `size` before. */
  insert(group: number, low: number, high: number): number {
    const { slots, mask, groups, lows, highs } = this;
    let slot = finalized(finalized(low ^ Math.imul(group, 0x9e3779b1)) ^ high) & mask;
    let pair = slots[slot]! - 1;
    while (pair >= 0 && (lows[pair] !== low || groups[pair] !== group || highs[pair] !== high)) {
      slot = (slot + 1) & mask;
      pair = slots[slot]! - 1;
    }
    return pair >= 0 ? pair : this.add(group, low, high, slot);
  }

  /** The group's newest pair, or -1; `previous` leads to its others. */
  last(group: number): number {
    return this.newest[group] ?? -1;
  }

  previous(pair: number): number {
    return this.before[pair]!;
  }

  low(pair: number): number {
    return this.lows[pair]!;
  }

  high(pair: number): number {
    return this.highs[pair]!;
  }

  private add(group: number, low: number, high: number, slot: number): number {
    const pair = this.size++;
    if (pair === this.groups.length) this.grow();
    this.groups[pair] = group;
    this.lows[pair] = low;
    this.highs[pair] = high;
    this.before[pair] = this.newest[group]!;
    this.newest[group] = pair;
    this.slots[slot] = pair + 1;
    if (this.size * 2 > this.slots.length) this.rehash();
    return pair;
  }

  private grow(): void {
    this.groups = grownInts(this.groups, this.size);
    this.lows = grownInts(this.lows, this.size);
    this.highs = grownInts(this.highs, this.size);
    this.before = grownInts(this.before, this.size);
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    this.mask = this.slots.length - 1;
    for (let pair = 0; pair < this.size; pair++) {
      const low = this.lows[pair]! ^ Math.imul(this.groups[pair]!, 0x9e3779b1);
      let slot = finalized(finalized(low) ^ this.highs[pair]!) & this.mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & this.mask;
      this.slots[slot] = pair + 1;
    }
  }
}

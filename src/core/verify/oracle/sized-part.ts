import type { SlicedWindow } from '../../pipeline/plan.js';
import type { Accumulator, Place } from './accumulators.js';
import type { Group, Part } from './part.js';
import type { Value } from './values.js';

/** The windows of one size, by their start: an event is in every one that covers its time. */
export class SizedPart implements Part {
  readonly size: number;
  groups = 0;
  private readonly advance: number;
  private readonly accumulators: () => Accumulator[];
  private readonly starts = new Map<number, Map<string, Group>>();

  constructor({ size, advance }: SlicedWindow['spans'][number], accumulators: () => Accumulator[]) {
    this.size = size;
    this.advance = advance;
    this.accumulators = accumulators;
  }

  add(group: string, keys: Value[], values: readonly Value[], place: Place): void {
    const { size, advance } = this;
    for (let start = Math.floor(place.time / advance) * advance; start > place.time - size; start -= advance) {
      let groups = this.starts.get(start);
      if (!groups) {
        groups = new Map();
        this.starts.set(start, groups);
      }
      let found = groups.get(group);
      if (!found) {
        found = { start, end: start + size, keys, accumulators: this.accumulators() };
        groups.set(group, found);
        this.groups++;
      }
      for (let index = 0; index < values.length; index++) {
        const value = values[index]!;
        if (value !== null) found.accumulators[index]!.add(value, place);
      }
    }
  }

  seal(frontier: number): Group[] {
    const sealed: Group[] = [];
    for (const [start, groups] of this.starts) {
      if (start + this.size - 1 > frontier) continue;
      for (const group of groups.values()) sealed.push(group);
      this.starts.delete(start);
    }
    this.groups -= sealed.length;
    return sealed;
  }

  held(): number {
    let held = 0;
    for (const groups of this.starts.values())
      for (const { accumulators } of groups.values()) for (const each of accumulators) held += each.held;
    return held;
  }
}

import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { grownNumbers } from '../table/grow.js';
import type { Sums } from './sums.js';

/**
 * Sums of doubles by group with Neumaier's compensation (Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, 1974), so that
 * their order hardly shows: what each addition rounds away is kept beside the sum.
 */
export class FloatSums implements Sums {
  private sums = new Float64Array(0);
  private lost = new Float64Array(0);

  get bytes(): number {
    return this.sums.byteLength + this.lost.byteLength;
  }

  ensure(count: number): void {
    this.sums = grownNumbers(this.sums, count);
    this.lost = grownNumbers(this.lost, count);
  }

  add(group: number, value: number): void {
    const sum = this.sums[group]!;
    const next = sum + value;
    this.lost[group]! += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    this.sums[group] = next;
  }

  merge(from: FloatSums, source: number, target: number): void {
    this.add(target, from.sums[source]!);
    this.lost[target]! += from.lost[source]!;
  }

  total(group: number): number {
    return this.nearest(group);
  }

  /** Beyond the largest double the compensation is NaN, and the sum alone says it: infinity. */
  nearest(group: number): number {
    const sum = this.sums[group]!;
    return Number.isFinite(sum) ? sum + this.lost[group]! : sum;
  }

  write(writer: StateWriter, groups: number): void {
    writer.array(this.sums.subarray(0, groups));
    writer.array(this.lost.subarray(0, groups));
  }

  read(reader: StateReader): void {
    this.sums = reader.numbers();
    this.lost = reader.numbers();
  }
}

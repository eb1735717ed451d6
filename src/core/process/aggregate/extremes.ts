import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { grownNumbers } from '../table/grow.js';
import type { AggregateInput, AggregateState, AggregateValue } from './state.js';

/**
 * The largest of sign * value by group, NaN where none came: the state of `max` (sign 1) and of `min` (sign -1).
 */
export class Extremes implements AggregateState {
  private best = new Float64Array(0);
  private readonly sign: number;

  constructor(sign: 1 | -1) {
    this.sign = sign;
  }

  get bytes(): number {
    return this.best.byteLength;
  }

  ensure(count: number): void {
    this.best = grownNumbers(this.best, count, Number.NaN);
  }

  add(groups: Int32Array, rows: Int32Array, count: number, { values }: AggregateInput): void {
    const { best, sign } = this;
    for (let index = 0; index < count; index++) {
      const group = groups[index]!;
      const value = values[rows[index]!]! * sign;
      const known = best[group]!;
      if (value > known || Number.isNaN(known)) best[group] = value;
    }
  }

  merge(from: Extremes, sources: Int32Array, targets: Int32Array, count: number): void {
    for (let index = 0; index < count; index++) {
      const value = from.best[sources[index]!]!;
      const known = this.best[targets[index]!]!;
      if (value > known || Number.isNaN(known)) this.best[targets[index]!] = value;
    }
  }

  /** Adding 0 makes 0 of -0. */
  result(group: number): AggregateValue {
    const best = this.best[group]!;
    return Number.isNaN(best) ? null : best * this.sign + 0;
  }

  write(writer: StateWriter, groups: number): void {
    writer.array(this.best.subarray(0, groups));
  }

  read(reader: StateReader): void {
    this.best = reader.numbers();
  }
}

import type { PlanAggregate } from '../../pipeline/plan.js';
import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { grownNumbers } from '../table/grow.js';
import { ExactSums } from './exact-sums.js';
import { FloatSums } from './float-sums.js';
import type { AggregateInput, AggregateState, AggregateValue } from './state.js';
import type { Sums } from './sums.js';

/** Sums with the number of values in each: the state of `sum`, to which none is null, and of `avg`. */
export abstract class AveragedSums implements AggregateState {
  protected readonly sums: Sums;
  private counts = new Float64Array(0);

  constructor(aggregate: PlanAggregate) {
    this.sums = aggregate.argument?.type === 'float' ? new FloatSums() : new ExactSums();
  }

  get bytes(): number {
    return this.sums.bytes + this.counts.byteLength;
  }

  abstract result(group: number): AggregateValue;

  ensure(count: number): void {
    this.sums.ensure(count);
    this.counts = grownNumbers(this.counts, count);
  }

  add(groups: Int32Array, rows: Int32Array, count: number, { values }: AggregateInput): void {
    const { sums, counts } = this;
    for (let index = 0; index < count; index++) {
      const value = values[rows[index]!]!;
      if (Number.isNaN(value)) continue;
      const group = groups[index]!;
      counts[group]! += 1;
      sums.add(group, value);
    }
  }

  merge(from: AveragedSums, sources: Int32Array, targets: Int32Array, count: number): void {
    for (let index = 0; index < count; index++) {
      const source = sources[index]!;
      const target = targets[index]!;
      this.counts[target]! += from.counts[source]!;
      this.sums.merge(from.sums, source, target);
    }
  }

  write(writer: StateWriter, groups: number): void {
    writer.array(this.counts.subarray(0, groups));
    this.sums.write(writer, groups);
  }

  read(reader: StateReader): void {
    this.counts = reader.numbers();
    this.sums.read(reader);
  }

  protected count(group: number): number {
    return this.counts[group]!;
  }
}

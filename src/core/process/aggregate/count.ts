import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { grownNumbers } from '../table/grow.js';
import type { AggregateState, AggregateType } from './state.js';

export const count: AggregateType = { create: () => new CountState() };

class CountState implements AggregateState {
  private counts = new Float64Array(0);

  get bytes(): number {
    return this.counts.byteLength;
  }

  ensure(count: number): void {
    this.counts = grownNumbers(this.counts, count);
  }

  add(groups: Int32Array, _rows: Int32Array, count: number): void {
    const { counts } = this;
    for (let index = 0; index < count; index++) counts[groups[index]!]! += 1;
  }

  merge(from: CountState, sources: Int32Array, targets: Int32Array, count: number): void {
    for (let index = 0; index < count; index++) this.counts[targets[index]!]! += from.counts[sources[index]!]!;
  }

  result(group: number): number {
    return this.counts[group]!;
  }

  write(writer: StateWriter, groups: number): void {
    writer.array(this.counts.subarray(0, groups));
  }

  read(reader: StateReader): void {
    this.counts = reader.numbers();
  }
}

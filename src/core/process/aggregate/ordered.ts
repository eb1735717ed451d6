import type { PlanAggregate } from '../../pipeline/plan.js';
import type { Dictionary } from '../dictionary.js';
import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { grownNumbers } from '../table/grow.js';
import type { AggregateInput, AggregateState, AggregateValue } from './state.js';

/**
 * The value that comes last (sign 1) or first (sign -1) by (event time, partition, offset) in each group; nulls do not count. The order does
 * not depend on arrival, so neither does the result.
 */
export class Ordered implements AggregateState {
  private values = new Float64Array(0);
  private times = new Float64Array(0);
  private partitions = new Float64Array(0);
  private offsets = new Float64Array(0);
  private readonly sign: number;
  /** Of string arguments. */
  private readonly dictionary: Dictionary | undefined;

  constructor(sign: 1 | -1, { argument }: PlanAggregate, dictionary: Dictionary) {
    this.sign = sign;
    this.dictionary = argument?.type === 'string' ? dictionary : undefined;
  }

  get bytes(): number {
    return 4 * this.values.byteLength;
  }

  ensure(count: number): void {
    this.values = grownNumbers(this.values, count, Number.NaN);
    this.times = grownNumbers(this.times, count);
    this.partitions = grownNumbers(this.partitions, count);
    this.offsets = grownNumbers(this.offsets, count);
  }

  add(groups: Int32Array, rows: Int32Array, count: number, input: AggregateInput): void {
    const { values, times, offsets, partition } = input;
    for (let index = 0; index < count; index++) {
      const row = rows[index]!;
      const value = values[row]!;
      if (!Number.isNaN(value)) this.offer(groups[index]!, value, times[row]!, partition, offsets[row]!);
    }
  }

  merge(from: Ordered, sources: Int32Array, targets: Int32Array, count: number): void {
    for (let index = 0; index < count; index++) {
      const source = sources[index]!;
      const value = from.values[source]!;
      if (Number.isNaN(value)) continue;
      this.offer(targets[index]!, value, from.times[source]!, from.partitions[source]!, from.offsets[source]!);
    }
  }

  result(group: number): AggregateValue {
    const value = this.values[group]!;
    if (Number.isNaN(value)) return null;
    return this.dictionary ? this.dictionary.textOf(value) : value;
  }

  write(writer: StateWriter, groups: number): void {
    if (this.dictionary)
      writer.ids(
        Int32Array.from(this.values.subarray(0, groups), (id) => (Number.isNaN(id) ? -1 : id)),
        this.dictionary,
      );
    else writer.array(this.values.subarray(0, groups));
    for (const array of [this.times, this.partitions, this.offsets]) writer.array(array.subarray(0, groups));
  }

  read(reader: StateReader): void {
    this.values = this.dictionary
      ? Float64Array.from(reader.ids(this.dictionary), (id) => (id < 0 ? Number.NaN : id))
      : reader.numbers();
    this.times = reader.numbers();
    this.partitions = reader.numbers();
    this.offsets = reader.numbers();
  }

  private offer(group: number, value: number, time: number, partition: number, offset: number): void {
    const ahead = time - this.times[group]! || partition - this.partitions[group]! || offset - this.offsets[group]!;
    if (ahead * this.sign <= 0 && !Number.isNaN(this.values[group]!)) return;
    this.values[group] = value;
    this.times[group] = time;
    this.partitions[group] = partition;
    this.offsets[group] = offset;
  }
}

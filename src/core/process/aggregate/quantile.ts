import type { PlanAggregate } from '../../pipeline/plan.js';
import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { grownNumbers } from '../table/grow.js';
import { PairTable } from '../table/pair-table.js';
import { LogarithmicBins } from './logarithmic-bins.js';
import type { AggregateInput, AggregateState, AggregateType, AggregateValue } from './state.js';

/** Each result is within this share of the value at rank q * (n - 1). */
export const relativeAccuracy = 0.01;

/** A DDSketch per group: counts by bin, so that merging is adding and order never shows. */
export const quantile: AggregateType = { create: (aggregate) => new QuantileState(aggregate) };

const bins = new LogarithmicBins(relativeAccuracy);

class QuantileState implements AggregateState {
  /** (group, bin) pairs, and the count of each. */
  private readonly pairs = new PairTable();
  private counts = new Float64Array(0);
  private totals = new Float64Array(0);
  private readonly level: number;
  private readonly unit: number;

  constructor({ argument, quantile: level = 0.5 }: PlanAggregate) {
    this.level = level;
    this.unit = 10 ** (argument?.scale ?? 0);
  }

  get bytes(): number {
    return this.pairs.bytes + this.counts.byteLength + this.totals.byteLength;
  }

  ensure(count: number): void {
    this.pairs.ensureGroups(count);
    this.totals = grownNumbers(this.totals, count);
  }

  add(groups: Int32Array, rows: Int32Array, count: number, { values }: AggregateInput): void {
    for (let index = 0; index < count; index++) {
      const value = values[rows[index]!]!;
      if (!Number.isNaN(value)) this.put(groups[index]!, bins.binOf(value), 1);
    }
  }

  merge(from: QuantileState, sources: Int32Array, targets: Int32Array, count: number): void {
    const { pairs, counts } = from;
    for (let index = 0; index < count; index++) {
      const target = targets[index]!;
      for (let pair = pairs.last(sources[index]!); pair >= 0; pair = pairs.previous(pair))
        this.put(target, pairs.low(pair), counts[pair]!);
    }
  }

  result(group: number): AggregateValue {
    const total = this.totals[group]!;
    if (total === 0) return null;
    const found: number[] = [];
    for (let pair = this.pairs.last(group); pair >= 0; pair = this.pairs.previous(pair)) found.push(pair);
    found.sort((a, b) => this.pairs.low(a) - this.pairs.low(b));
    const rank = this.level * (total - 1);
    let below = 0;
    for (const pair of found) {
      below += this.counts[pair]!;
      if (below > rank) return bins.valueOf(this.pairs.low(pair)) / this.unit;
    }
    return bins.valueOf(this.pairs.low(found[found.length - 1]!)) / this.unit;
  }

  write(writer: StateWriter, groups: number): void {
    const { pairs, counts } = this;
    for (let group = 0; group < groups; group++) {
      // Two arrays, as the reader takes them: there are too many groups to make a pair of them for each.
      let found = 0;
      for (let pair = pairs.last(group); pair >= 0; pair = pairs.previous(pair)) found++;
      writer.int(found);
      for (let pair = pairs.last(group); pair >= 0; pair = pairs.previous(pair)) writer.int(pairs.low(pair));
      writer.int(found);
      for (let pair = pairs.last(group); pair >= 0; pair = pairs.previous(pair)) writer.number(counts[pair]!);
    }
  }

  read(reader: StateReader, groups: number): void {
    this.ensure(groups);
    for (let group = 0; group < groups; group++) {
      const keys = reader.ints();
      const counts = reader.numbers();
      for (let index = 0; index < keys.length; index++) this.put(group, keys[index]!, counts[index]!);
    }
  }

  private put(group: number, bin: number, count: number): void {
    const pair = this.pairs.insert(group, bin, 0);
    if (pair >= this.counts.length) this.counts = grownNumbers(this.counts, pair + 1);
    this.counts[pair]! += count;
    this.totals[group]! += count;
  }
}

import { AveragedSums } from './averaged-sums.js';
import type { AggregateType, AggregateValue } from './state.js';

/** Ints and decimals exactly, floats compensated; null where no value came. */
export const sum: AggregateType = { create: (aggregate) => new SumState(aggregate) };

class SumState extends AveragedSums {
  result(group: number): AggregateValue {
    return this.count(group) === 0 ? null : this.sums.total(group);
  }
}

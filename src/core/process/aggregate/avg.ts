import type { PlanAggregate } from '../../pipeline/plan.js';
import { AveragedSums } from './averaged-sums.js';
import type { AggregateType, AggregateValue } from './state.js';

/** A float: the sum, as exact as `sum` gives it, by the number of values that are not null. */
export const avg: AggregateType = { create: (aggregate) => new AvgState(aggregate) };

class AvgState extends AveragedSums {
  private readonly unit: number;

  constructor(aggregate: PlanAggregate) {
    super(aggregate);
    this.unit = 10 ** (aggregate.argument?.scale ?? 0);
  }

  result(group: number): AggregateValue {
    const count = this.count(group);
    return count === 0 ? null : this.sums.nearest(group) / count / this.unit;
  }
}

import type { PlanAggregate } from '../pipeline/plan.js';
import { registers } from '../process/aggregate/hyperloglog.js';
import { relativeAccuracy } from '../process/aggregate/quantile.js';

export interface Tolerance {
  relative: number;
  absolute: number;
}

const exact: Tolerance = { relative: 0, absolute: 0 };
/** Float sums and averages depend on the order of addition. */
const floatSum: Tolerance = { relative: 1e-9, absolute: 1e-9 };

/** How far a stored aggregate may be from the true value and still be right. */
export function tolerance({ function: name, type }: Pick<PlanAggregate, 'function' | 'type'>): Tolerance {
  switch (name) {
    case 'avg':
      return floatSum;
    case 'sum':
      return type === 'float' ? floatSum : exact;
    case 'quantile':
      return sketchQuantile;
    case 'approx_count_distinct':
      return sketchDistinct;
    default:
      return exact;
  }
}

/** A little more than the sketch promises, for the rounding of the bins' middles. */
const sketchQuantile: Tolerance = { relative: relativeAccuracy * 1.01, absolute: 1e-9 };
/** Five standard errors of HyperLogLog, 1.04 / sqrt(registers), and two for the smallest counts. */
const sketchDistinct: Tolerance = { relative: (5 * 1.04) / Math.sqrt(registers), absolute: 2 };

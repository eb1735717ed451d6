import type { AggregateFunction } from '../../pipeline/plan.js';
import { approxCountDistinct } from './approx-count-distinct.js';
import { avg } from './avg.js';
import { count } from './count.js';
import { countDistinct } from './count-distinct.js';
import { first } from './first.js';
import { last } from './last.js';
import { max } from './max.js';
import { min } from './min.js';
import { quantile } from './quantile.js';
import type { AggregateType } from './state.js';
import { sum } from './sum.js';

/** Every aggregate function of the pipeline file. A new one is a file and a line here. */
export const aggregateTypes = {
  count,
  sum,
  min,
  max,
  avg,
  count_distinct: countDistinct,
  approx_count_distinct: approxCountDistinct,
  quantile,
  first,
  last,
} as const satisfies Record<AggregateFunction, AggregateType>;

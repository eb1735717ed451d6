import type { Scalar } from '../../generate/generator.js';
import type { Random } from '../../generate/random.js';
import type { PlanField } from '../../pipeline/plan.js';

export type ValueMaker = (random: Random, time: number) => Scalar;

const defaultCardinality = 10;

/** How a field without an origin in the metadata is filled. */
export function valueMaker(field: PlanField): ValueMaker {
  switch (field.type) {
    case 'string':
      return textMaker(field);
    case 'bool':
      return (random) => random.chance(0.5);
    case 'timestamp':
      return (_, time) => time;
    case 'int':
    case 'float':
    case 'decimal':
      return numberMaker(field);
  }
}

function textMaker({ name, values, generate }: PlanField): ValueMaker {
  if (values) return (random) => random.pick(values);
  const count = generate?.cardinality ?? defaultCardinality;
  return (random) => `${name}_${random.int(count)}`;
}

/**
 * Uniform from min (0) to max (min + 100); normal about the middle with a sixth of the range, so that nearly all of it lies inside; exponential
 * above min with a fifth of the range as its mean. Hints replace mean and deviation; whatever falls outside is moved to the limit.
 */
function numberMaker(field: PlanField): ValueMaker {
  const { generate, type, scale } = field;
  const unit = type === 'int' ? 1 : type === 'decimal' ? 10 ** scale : 1_000;
  const [low, high] = limits(field);
  const rounded = (value: number) => {
    const units = Math.round(value * unit);
    const least = Math.ceil((field.min ?? Number.NEGATIVE_INFINITY) * unit);
    const most = Math.floor((field.max ?? Number.POSITIVE_INFINITY) * unit);
    return Math.min(most, Math.max(least, units)) / unit;
  };
  if (type === 'int' && generate?.cardinality !== undefined) {
    const count = generate.cardinality;
    return (random) => rounded(low + random.int(count));
  }
  const mean = generate?.mean;
  switch (generate?.distribution ?? (mean === undefined ? 'uniform' : 'normal')) {
    case 'normal': {
      const middle = mean ?? (low + high) / 2;
      const deviation = generate?.deviation ?? ((high - low) / 6 || Math.abs(middle) / 6);
      return (random) => rounded(middle + deviation * random.normal());
    }
    case 'exponential': {
      const above = mean === undefined ? (high - low) / 5 : mean - low;
      return (random) => rounded(low + above * random.exponential());
    }
    case 'uniform':
      // Each whole number alike: rounding would halve the share of the first and the last.
      if (type === 'int')
        return (random) => Math.ceil(low) + Math.floor((Math.floor(high) - Math.ceil(low) + 1) * random.float());
      return (random) => rounded(low + (high - low) * random.float());
  }
}

function limits({ min, max }: PlanField): [number, number] {
  const low = min ?? (max !== undefined && max < 0 ? max - 100 : 0);
  return [low, max ?? low + 100];
}

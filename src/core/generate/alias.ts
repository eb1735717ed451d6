import type { Random } from './random.js';

/**
 * Draws an index with a probability proportional to its weight, in constant time: A. J. Walker's alias method (1977) with M. D. Vose's
 * linear-time table (IEEE TSE 17(9), 1991). Exact up to the rounding of doubles.
 */
export class AliasTable {
  private readonly threshold: Float64Array;
  private readonly alias: Uint32Array;

  /** Throws a RangeError unless every weight is finite, none is negative and their sum is above 0. */
  constructor(weights: ArrayLike<number>) {
    const count = weights.length;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += checked(weights[i]!);
    if (!(sum > 0)) throw new RangeError('weights: expected a sum above 0');
    this.threshold = new Float64Array(count).fill(1);
    this.alias = Uint32Array.from({ length: count }, (_, index) => index);
    const scaled = Float64Array.from(weights, (weight) => (weight * count) / sum);
    const small: number[] = [];
    const large: number[] = [];
    for (let i = 0; i < count; i++) (scaled[i]! < 1 ? small : large).push(i);
    while (small.length > 0 && large.length > 0) {
      const less = small.pop()!;
      const more = large.at(-1)!;
      this.threshold[less] = scaled[less]!;
      this.alias[less] = more;
      scaled[more] = scaled[more]! + scaled[less]! - 1;
      if (scaled[more]! < 1) small.push(large.pop()!);
    }
  }

  draw(random: Random): number {
    const position = random.float() * this.threshold.length;
    const index = Math.floor(position);
    return position - index < this.threshold[index]! ? index : this.alias[index]!;
  }
}

function checked(weight: number): number {
  if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
    throw new RangeError(`weights: expected 0 or more, got ${weight}`);
  return weight;
}

import type { PlanAggregate } from '../../pipeline/plan.js';
import type { Value } from './values.js';

/** Where a value came from: first and last go by it. */
export interface Place {
  time: number;
  partition: number;
  offset: number;
}

/** Exact results: sums of ints and decimals (scaled) as bigints. */
export type Result = Value | bigint;

/** Takes the values of one group one by one; nulls are not given to it. */
export interface Accumulator {
  add(value: Value, place: Place): void;
  /** How many values it keeps: what bounds the memory. */
  held: number;
}

/** Aggregates that need the same thing of the same values share one accumulator. */
export const accumulatorOf = {
  count: 'counted',
  sum: 'summed',
  avg: 'summed',
  min: 'extremes',
  max: 'extremes',
  count_distinct: 'distinct',
  approx_count_distinct: 'distinct',
  quantile: 'listed',
  first: 'ordered',
  last: 'ordered',
} as const satisfies Record<PlanAggregate['function'], string>;

export function newAccumulator({ function: name, argument }: Omit<PlanAggregate, 'name'>): Accumulator {
  switch (accumulatorOf[name]) {
    case 'counted':
      return new Counted();
    case 'summed':
      return argument!.type === 'float' ? new FloatSum() : new ExactSum();
    case 'extremes':
      return new Extremes();
    case 'distinct':
      return new Distinct();
    case 'listed':
      return new Listed();
    case 'ordered':
      return new Ordered();
  }
}

/** Null where no value counted; counts are 0 then. `from` is what newAccumulator made for an aggregate of the same kind. */
export function resultOf(
  { function: name, argument, quantile }: Omit<PlanAggregate, 'name'>,
  from: Accumulator,
): Result {
  const scale = argument?.scale ?? 0;
  switch (name) {
    case 'count':
      return (from as Counted).count;
    case 'sum':
      return (from as Summed).count === 0 ? null : (from as Summed).total;
    case 'avg': {
      const { count, total } = from as Summed;
      return count === 0 ? null : Number(total) / 10 ** scale / count;
    }
    case 'min':
      return (from as Extremes).least;
    case 'max':
      return (from as Extremes).most;
    case 'count_distinct':
    case 'approx_count_distinct':
      return (from as Distinct).held;
    case 'quantile': {
      const value = (from as Listed).atRank(quantile!);
      return value === undefined ? null : value / 10 ** scale;
    }
    case 'first':
      return (from as Ordered).first;
    case 'last':
      return (from as Ordered).last;
  }
}

class Counted implements Accumulator {
  readonly held = 0;
  count = 0;

  add(): void {
    this.count++;
  }
}

interface Summed extends Accumulator {
  count: number;
  readonly total: number | bigint;
}

/** Adds doubles for as long as they are exact integers, and carries over into a bigint. */
class ExactSum implements Summed {
  readonly held = 0;
  count = 0;
  private low = 0;
  private high = 0n;

  get total(): bigint {
    return this.high + BigInt(this.low);
  }

  add(value: Value): void {
    this.count++;
    const sum = this.low + (value as number);
    if (Number.isSafeInteger(sum)) this.low = sum;
    else {
      this.high += BigInt(this.low);
      this.low = value as number;
    }
  }
}

/** What rounding loses of each addition is added up apart (Kahan and Babuska). */
class FloatSum implements Summed {
  readonly held = 0;
  count = 0;
  private sum = 0;
  private lost = 0;

  get total(): number {
    return this.sum + this.lost;
  }

  add(value: Value): void {
    this.count++;
    const number = value as number;
    const sum = this.sum + number;
    this.lost += Math.abs(this.sum) >= Math.abs(number) ? this.sum - sum + number : number - sum + this.sum;
    this.sum = sum;
  }
}

class Extremes implements Accumulator {
  readonly held = 0;
  least: number | null = null;
  most: number | null = null;

  add(value: Value): void {
    const number = value as number;
    if (this.least === null || number < this.least) this.least = number;
    if (this.most === null || number > this.most) this.most = number;
  }
}

class Distinct implements Accumulator {
  private readonly values = new Set<Value>();

  get held(): number {
    return this.values.size;
  }

  add(value: Value): void {
    this.values.add(value);
  }
}

class Listed implements Accumulator {
  private readonly values: number[] = [];
  private sorted: Float64Array | undefined;

  get held(): number {
    return this.values.length;
  }

  add(value: Value): void {
    this.values.push(value as number);
  }

  /** The value at rank floor(q (n - 1)). */
  atRank(q: number): number | undefined {
    if (this.sorted?.length !== this.values.length) this.sorted = Float64Array.from(this.values).sort();
    return this.sorted[Math.floor(q * (this.sorted.length - 1))];
  }
}

/** By event time, then partition, then offset. */
class Ordered implements Accumulator {
  readonly held = 0;
  first: Value = null;
  last: Value = null;
  private firstPlace: Place | undefined;
  private lastPlace: Place | undefined;

  add(value: Value, place: Place): void {
    if (!this.firstPlace || order(place, this.firstPlace) < 0) {
      this.first = value;
      this.firstPlace = place;
    }
    if (!this.lastPlace || order(place, this.lastPlace) > 0) {
      this.last = value;
      this.lastPlace = place;
    }
  }
}

function order(a: Place, b: Place): number {
  return a.time - b.time || a.partition - b.partition || a.offset - b.offset;
}

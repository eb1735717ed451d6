import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { grownNumbers } from '../table/grow.js';
import type { Sums } from './sums.js';

const limb = 2 ** 52;

/**
 * Sums of integers by group, exact far beyond 2^53: high * 2^52 + low with |low| < 2^52. Every step stays below 2^53, where doubles are exact;
 * `high` itself is exact up to 2^53 limbs.
 */
export class ExactSums implements Sums {
  private highs = new Float64Array(0);
  private lows = new Float64Array(0);

  get bytes(): number {
    return this.highs.byteLength + this.lows.byteLength;
  }

  ensure(count: number): void {
    this.highs = grownNumbers(this.highs, count);
    this.lows = grownNumbers(this.lows, count);
  }

  add(group: number, value: number): void {
    let rest = value;
    if (rest >= limb || rest <= -limb) {
      const carried = Math.trunc(rest / limb);
      this.highs[group]! += carried;
      rest -= carried * limb;
    }
    const low = this.lows[group]! + rest;
    if (low >= limb) {
      this.lows[group] = low - limb;
      this.highs[group]! += 1;
    } else if (low <= -limb) {
      this.lows[group] = low + limb;
      this.highs[group]! -= 1;
    } else this.lows[group] = low;
  }

  merge(from: ExactSums, source: number, target: number): void {
    this.highs[target]! += from.highs[source]!;
    this.add(target, from.lows[source]!);
  }

  total(group: number): number | bigint {
    const high = this.highs[group]!;
    const low = this.lows[group]!;
    if (high === 0) return low;
    // Only a product of many ints gets there.
    if (!Number.isFinite(high)) return high;
    const whole = BigInt(high) * BigInt(limb) + BigInt(low);
    const rounded = Number(whole);
    return Number.isSafeInteger(rounded) ? rounded : whole;
  }

  nearest(group: number): number {
    return Number(this.total(group));
  }

  write(writer: StateWriter, groups: number): void {
    writer.array(this.highs.subarray(0, groups));
    writer.array(this.lows.subarray(0, groups));
  }

  read(reader: StateReader): void {
    this.highs = reader.numbers();
    this.lows = reader.numbers();
  }
}

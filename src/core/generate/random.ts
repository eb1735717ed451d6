import { seedWords } from './seeding.js';

/** Seeded randomness: the same seed gives the same sequence on every machine. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  float(): number;
  /** Uniform in [0, bound), bound at most 2^32. */
  int(bound: number): number;
  /** Standard normal. */
  normal(): number;
  /** Mean 1. */
  exponential(): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

/** An independent stream for each (seed, label, partition): a new use of randomness takes a new label and moves no other stream. */
export function randomStream(seed: string | number, label: string, partition = 0): Xoshiro128 {
  return new Xoshiro128(seedWords(`${seed}/${label}/${partition}`));
}

/**
 * xoshiro128** 1.1 by D. Blackman and S. Vigna (https://prng.di.unimi.it/xoshiro128starstar.c): period 2^128 - 1, passes BigCrush, and needs
 * only 32-bit arithmetic, which JavaScript engines do in registers.
 */
export class Xoshiro128 implements Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;
  private spare = Number.NaN;

  constructor(words: readonly [number, number, number, number]) {
    [this.a, this.b, this.c, this.d] = [words[0] | 0, words[1] | 0, words[2] | 0, words[3] | 0];
  }

  /** Uniform in [0, 2^32). */
  uint32(): number {
    const scrambled = Math.imul(this.b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result >>> 0;
  }

  float(): number {
    const high = this.uint32() >>> 5;
    return (high * 2 ** 26 + (this.uint32() >>> 6)) * 2 ** -53;
  }

  /** Bias below bound / 2^32 up to 2^20, below bound / 2^53 above. */
  int(bound: number): number {
    return Math.floor(bound <= 2 ** 20 ? (this.uint32() * bound) / 2 ** 32 : this.float() * bound);
  }

  /** Marsaglia's polar method: of each pair one value waits for the next call. */
  normal(): number {
    if (!Number.isNaN(this.spare)) {
      const waiting = this.spare;
      this.spare = Number.NaN;
      return waiting;
    }
    for (;;) {
      const x = this.float() * 2 - 1;
      const y = this.float() * 2 - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.spare = y * factor;
      return x * factor;
    }
  }

  exponential(): number {
    return -Math.log(1 - this.float());
  }

  chance(probability: number): boolean {
    return this.uint32() < probability * 2 ** 32;
  }

  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new RangeError('nothing to pick from');
    return from[this.int(from.length)]!;
  }
}

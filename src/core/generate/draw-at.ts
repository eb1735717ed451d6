import { seedWords } from './seeding.js';

/**
 * Randomness by position instead of by order: the same (seed, label, partition, sequence) gives the same value whoever asks and whenever. What
 * an oracle must recompute without the generator's state is drawn here.
 */
export class DrawAt {
  private readonly low: number;
  private readonly high: number;

  constructor(seed: string | number, label: string, partition: number) {
    const [low, high] = seedWords(`${seed}/${label}/${partition}`);
    this.low = low | 0;
    this.high = high | 0;
  }

  /** Uniform in [0, 2^32): two rounds of MurmurHash3's 32-bit finalizer (A. Appleby) over the halves of the sequence, up to 2^53. */
  uint32(sequence: number): number {
    const mixed = finalize(this.low ^ (sequence | 0));
    return finalize(mixed ^ this.high ^ Math.imul((sequence / 2 ** 32) | 0, 0x9e3779b1)) >>> 0;
  }

  chance(sequence: number, probability: number): boolean {
    return this.uint32(sequence) < probability * 2 ** 32;
  }

  /** A whole number in [low, high], both included. */
  between(sequence: number, low: number, high: number): number {
    return low + Math.floor((this.uint32(sequence) * (high - low + 1)) / 2 ** 32);
  }
}

function finalize(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

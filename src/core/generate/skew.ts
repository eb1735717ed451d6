import { usageError } from '../runtime/errors.js';

/** How unevenly keys are used: alike, or by Zipf's law, the key of rank r (1 is the table's first) having the weight 1 / r^exponent. */
export type Skew = { kind: 'none' } | { kind: 'zipf'; exponent: number };

/** "none" or "zipf:1.1". Throws a usage error for anything else. */
export function parseSkew(text: string): Skew {
  if (text === 'none') return { kind: 'none' };
  const exponent = Number(/^zipf:(\d+(?:\.\d+)?)$/.exec(text)?.[1] ?? Number.NaN);
  if (!(exponent > 0 && exponent <= 10))
    throw usageError(
      `--skew: expected none or zipf:EXPONENT with an exponent above 0, at most 10, got "${text}"`,
      'For example --skew zipf:1.1',
    );
  return { kind: 'zipf', exponent };
}

/** One weight per key, by rank. */
export function skewWeights(skew: Skew, count: number): Float64Array {
  return skew.kind === 'none' ? new Float64Array(count).fill(1) : zipfWeights(count, skew.exponent);
}

/** 1 / r^exponent for r = 1..count, by exp and log: V8 computes those in software, alike on every machine, unlike pow. */
export function zipfWeights(count: number, exponent: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => Math.exp(-exponent * Math.log(index + 1)));
}

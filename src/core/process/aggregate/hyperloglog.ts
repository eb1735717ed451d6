/** log2 of the number of registers. */
export const precision = 12;
export const registers = 2 ** precision;

/** The register that a hash belongs to, by its first word. */
export function registerOf(first: number): number {
  return first >>> (32 - precision);
}

/** 1 + the number of leading zeros of the hash's second word, at most 33: enough for some 2^40 different values. */
export function rankOf(second: number): number {
  return Math.clz32(second) + 1;
}

/** Bits of the hash that ranks are counted in. */
const bits = 32;

/**
 * The number of different values from how many registers have each rank: the improved raw estimator of Otmar Ertl, New cardinality estimation
 * algorithms for HyperLogLog sketches (arXiv:1702.01284), algorithm 6. No bias tables, no switch between ranges; standard error 1.04 / sqrt(4096).
 */
export function estimate(histogram: Float64Array): number {
  let z = registers * tau(1 - histogram[bits + 1]! / registers);
  for (let rank = bits; rank >= 1; rank--) z = 0.5 * (z + histogram[rank]!);
  z += registers * sigma(histogram[0]! / registers);
  return (registers * registers) / (2 * Math.LN2 * z);
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let x = share;
  let y = 1;
  let z = x;
  for (let before = Number.NaN; z !== before; ) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - x;
  for (let before = Number.NaN; z !== before; ) {
    x = Math.sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}

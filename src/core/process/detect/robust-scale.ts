/** Deviations beyond so many standard deviations are cut down to it before anything is learnt from them. */
const clip = 2;
/** E min(|z|, 2) of the standard normal: by it the mean of clipped absolute deviations becomes a standard deviation. */
const meanOfClipped = 0.7809031555692061;
/** Makes the median of absolute deviations the standard deviation of a normal distribution. */
const fromMedian = 1.4826;

/** What may be learnt from a deviation: Huber's psi with the constant that Gelper, Fried and Croux (2010) take for exponential smoothing. */
export function clipped(deviation: number, scale: number): number {
  return Math.max(-clip * scale, Math.min(clip * scale, deviation));
}

/** The scale, a standard deviation, after one more deviation: exponentially weighted by `factor`. It grows under a siege of outliers, by 1 + 1.6 x factor each. */
export function nextScale(scale: number, deviation: number, factor: number): number {
  return scale + factor * (Math.abs(clipped(deviation, scale)) / meanOfClipped - scale);
}

/** Where values lie and how they scatter, by median and MAD: nearly half of them may be anything. */
export function medianAndScale(values: readonly number[]): { middle: number; scale: number } {
  const middle = median(values);
  return { middle, scale: fromMedian * median(values.map((value) => Math.abs(value - middle))) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

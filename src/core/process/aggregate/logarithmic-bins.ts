/**
 * The bins of DDSketch (Masson, Rim, Lee: DDSketch, a fast and fully-mergeable quantile sketch with relative-error guarantees, VLDB 2019) with the
 * logarithmic mapping of Datadog's sketches-js: bin k > 0 holds (gamma^(k-1), gamma^k], and its middle is within `accuracy` of every value in it.
 * Bins are integers in the order of the values: negative values below 0, 0 itself, positive ones above.
 */
export class LogarithmicBins {
  private readonly multiplier: number;
  private readonly middle: number;

  constructor(accuracy: number) {
    const mantissa = (2 * accuracy) / (1 - accuracy);
    this.multiplier = 1 / Math.log1p(mantissa);
    this.middle = 2 / (2 + mantissa);
  }

  binOf(value: number): number {
    if (value > smallest) return shift + this.key(value);
    if (value < -smallest) return -shift - this.key(-value);
    return 0;
  }

  valueOf(bin: number): number {
    if (bin === 0) return 0;
    return bin > 0 ? this.value(bin - shift) : -this.value(-bin - shift);
  }

  private key(value: number): number {
    return Math.ceil(Math.log(Math.min(value, Number.MAX_VALUE)) * this.multiplier);
  }

  private value(key: number): number {
    return Math.exp(key / this.multiplier) * this.middle;
  }
}

/** Keys of 1 % are within ±36,000, of 0.01 % within ±3.6 million. */
const shift = 2 ** 24;
/** The smallest normal double: what is nearer to 0 counts as 0. */
const smallest = 2 ** -1022;

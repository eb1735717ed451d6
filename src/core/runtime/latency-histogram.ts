import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
  type JsHistogram,
} from 'hdr-histogram-js';

/** Milliseconds. */
export interface Quantiles {
  count: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
  mean: number;
  /** Values below zero: counted as zero among the others, and told. */
  negative: number;
  /** Values above an hour: counted among the others, and told. */
  above: number;
}

/** A histogram as text, for files and between processes. */
export interface EncodedHistogram {
  count: number;
  /** HdrHistogram's compressed V2 encoding in base64, in microseconds. */
  hdr: string;
  negative: number;
  above: number;
}

const perMs = 1_000;
const rangeMs = 3_600_000;

/** Latencies, to the microsecond and three digits of each value, up to an hour and beyond. Every value counts. */
export class LatencyHistogram {
  private readonly histogram: Histogram;
  private negative = 0;
  private above = 0;

  constructor(histogram: Histogram = empty()) {
    this.histogram = histogram;
    histogram.autoResize = true;
  }

  /** Throws for a text that is not one of `encoded`. */
  static decode({ hdr, negative, above }: Omit<EncodedHistogram, 'count'>): LatencyHistogram {
    const decoded = new LatencyHistogram(decodeFromCompressedBase64(hdr));
    decoded.negative = negative;
    decoded.above = above;
    return decoded;
  }

  /** One histogram of the values of all. */
  static merge(parts: Iterable<LatencyHistogram>): LatencyHistogram {
    const merged = new LatencyHistogram();
    for (const part of parts) merged.add(part);
    return merged;
  }

  get count(): number {
    return this.histogram.totalCount;
  }

  /** Of all values, in ms. */
  get sum(): number {
    return this.count === 0 ? 0 : (this.histogram.mean * this.count) / perMs;
  }

  record(ms: number, times = 1): void {
    if (ms < 0) this.negative += times;
    if (ms > rangeMs) this.above += times;
    this.histogram.recordValueWithCount(ms > 0 ? Math.round(ms * perMs) : 0, times);
  }

  add({ histogram, negative, above }: LatencyHistogram): void {
    this.histogram.add(histogram);
    this.negative += negative;
    this.above += above;
  }

  /** What was recorded after `earlier`, a copy of this at that moment. Its largest value is known to three digits. */
  since(earlier: LatencyHistogram): LatencyHistogram {
    const later = LatencyHistogram.merge([this]);
    later.histogram.subtract(earlier.histogram);
    later.negative -= earlier.negative;
    later.above -= earlier.above;
    return later;
  }

  encoded(): EncodedHistogram {
    const { count, negative, above } = this;
    return { count, hdr: encodeIntoCompressedBase64(this.histogram), negative, above };
  }

  /** As new. */
  reset(): void {
    this.histogram.reset();
    this.negative = 0;
    this.above = 0;
  }

  /** The value in ms that `percentile` % of the values do not exceed; 0 when nothing was recorded. */
  at(percentile: number): number {
    if (this.count === 0) return 0;
    // A quantile is the upper edge of its bucket, which may lie beyond the largest value.
    return Math.min(this.histogram.getValueAtPercentile(percentile), this.histogram.maxValue) / perMs;
  }

  /** How many values do not exceed each of these bounds in ms, which ascend; to three digits, as all else. */
  countsUpTo(bounds: readonly number[]): number[] {
    const histogram = this.histogram as JsHistogram;
    const counts: number[] = [];
    let [index, count] = [0, 0];
    for (const bound of bounds) {
      for (; index < histogram.countsArrayLength && histogram.valueFromIndex(index) <= bound * perMs; index++)
        count += histogram.getCountAtIndex(index);
      counts.push(count);
    }
    return counts;
  }

  /** All 0 when nothing was recorded. */
  quantiles(): Quantiles {
    const { histogram, negative, above, count } = this;
    return {
      count,
      p50: this.at(50),
      p90: this.at(90),
      p95: this.at(95),
      p99: this.at(99),
      p999: this.at(99.9),
      max: count === 0 ? 0 : histogram.maxValue / perMs,
      mean: histogram.mean / perMs,
      negative,
      above,
    };
  }
}

function empty(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: rangeMs * perMs,
    numberOfSignificantValueDigits: 3,
    autoResize: true,
    useWebAssembly: false,
  });
}

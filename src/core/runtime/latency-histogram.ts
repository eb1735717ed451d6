import { build, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';

/** Milliseconds. */
export interface Quantiles {
  count: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
  /** Values below zero: counted as zero among the others, and told. */
  negative: number;
}

const perMs = 1_000;

/** Latencies, to the microsecond and three digits of each value, up to an hour and beyond. Every value counts. */
export class LatencyHistogram {
  private readonly histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 3_600_000 * perMs,
    numberOfSignificantValueDigits: 3,
    autoResize: true,
    useWebAssembly: false,
  });
  private negative = 0;

  get count(): number {
    return this.histogram.totalCount;
  }

  record(ms: number, times = 1): void {
    if (ms < 0) this.negative += times;
    this.histogram.recordValueWithCount(ms > 0 ? Math.round(ms * perMs) : 0, times);
  }

  /** What was recorded, as others' tools read it: HdrHistogram V2, compressed, base64, in microseconds; without what was negative. */
  encoded(): { count: number; negative: number; hdr: string } {
    return { count: this.count, negative: this.negative, hdr: encodeIntoCompressedBase64(this.histogram) };
  }

  /** As new. */
  reset(): void {
    this.histogram.reset();
    this.negative = 0;
  }

  /** All 0 when nothing was recorded. */
  quantiles(): Quantiles {
    const { histogram, negative, count } = this;
    const max = count === 0 ? 0 : histogram.maxValue;
    // A quantile is the upper edge of its bucket, which may lie beyond the largest value.
    const at = (percentile: number) => Math.min(histogram.getValueAtPercentile(percentile), max) / perMs;
    return { count, p50: at(50), p90: at(90), p95: at(95), p99: at(99), p999: at(99.9), max: max / perMs, negative };
  }
}

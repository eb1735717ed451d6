import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';

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

  /** Throws for a text that is not one of `encode`. */
  static decode({ hdr, negative, above }: EncodedHistogram): LatencyHistogram {
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

  record(ms: number): void {
    if (ms < 0) this.negative++;
    if (ms > rangeMs) this.above++;
    this.histogram.recordValue(ms > 0 ? Math.round(ms * perMs) : 0);
  }

  add({ histogram, negative, above }: LatencyHistogram): void {
    this.histogram.add(histogram);
    this.negative += negative;
    this.above += above;
  }

  /** What was recorded since the last time, as text; nothing is left of it here. */
  take(): EncodedHistogram {
    const encoded = this.encode();
    this.histogram.reset();
    this.negative = 0;
    this.above = 0;
    return encoded;
  }

  encode(): EncodedHistogram {
    return { hdr: encodeIntoCompressedBase64(this.histogram), negative: this.negative, above: this.above };
  }

  /** The value in ms that `percentile` % of the values do not exceed; 0 when nothing was recorded. */
  at(percentile: number): number {
    if (this.count === 0) return 0;
    // A quantile is the upper edge of its bucket, which may lie beyond the largest value.
    return Math.min(this.histogram.getValueAtPercentile(percentile), this.histogram.maxValue) / perMs;
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

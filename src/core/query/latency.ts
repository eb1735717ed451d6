import { build } from 'hdr-histogram-js';

/** In milliseconds. */
export interface Latency {
  count: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
}

/** Quantiles of latencies in ms, exact to a thousandth of each value; all 0 for none. */
export function latencyOf(milliseconds: readonly number[]): Latency {
  const histogram = build({ highestTrackableValue: 3_600_000_000, numberOfSignificantValueDigits: 3 });
  for (const ms of milliseconds) histogram.recordValue(Math.max(1, Math.round(ms * 1000)));
  // A quantile is the upper edge of its bucket, which may lie beyond the largest value.
  const at = (percentile: number) => Math.min(histogram.getValueAtPercentile(percentile), histogram.maxValue) / 1000;
  return {
    count: milliseconds.length,
    p50: at(50),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    max: histogram.maxValue / 1000,
  };
}

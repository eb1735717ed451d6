import { LatencyHistogram, type Quantiles } from '../runtime/latency-histogram.js';

/** In milliseconds. */
export type Latency = Omit<Quantiles, 'negative' | 'above' | 'mean'>;

/** Quantiles of latencies in ms, exact to a thousandth of each value; all 0 for none. */
export function latencyOf(milliseconds: readonly number[]): Latency {
  const histogram = new LatencyHistogram();
  for (const ms of milliseconds) histogram.record(ms);
  const { count, p50, p90, p95, p99, p999, max } = histogram.quantiles();
  return { count, p50, p90, p95, p99, p999, max };
}

import type { LatencyHistogram } from '../../runtime/latency-histogram.js';

export interface LagQuantiles {
  p50: number | null;
  p99: number | null;
  max: number | null;
}

/** How far sending lagged behind the schedule, in ms; nulls when nothing was recorded, as with a rate of max, which has no schedule. */
export function lagQuantiles(lag: LatencyHistogram): LagQuantiles {
  if (lag.count === 0) return { p50: null, p99: null, max: null };
  const { p50, p99, max } = lag.quantiles();
  return { p50, p99, max };
}

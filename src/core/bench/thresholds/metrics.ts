import type { LatencyHistogram } from '../../runtime/latency-histogram.js';

/** What thresholds are judged by, while a run goes on and when it is done. What is not known yet is absent or null. */
export interface Measured {
  latency: Partial<Record<LatencyMetric, LatencyHistogram>>;
  throughput: { target: number | 'max'; achieved: number; dropped: number };
  accounting: { scheduled: number; missing: number; extra: number } | null;
  accuracy: number | null;
  /** Records that the engine has not judged yet: over the measured part. */
  lag: { max: number; last: number } | null;
}

export const latencyMetrics = [
  'ack_ms',
  'process_ms',
  'e2e_ms',
  'canary_ms',
  'window_ms',
  'sink_ms',
  'query_ms',
  'schedule_lag_ms',
] as const;
export type LatencyMetric = (typeof latencyMetrics)[number];

type Read = (measured: Measured) => number | null | undefined;
type Aggregates = Record<string, Read>;

/** Metrics with values of their own; those of latency have the aggregates of a histogram. */
const plainMetrics = {
  throughput: {
    rate: ({ throughput }) => throughput.achieved,
    ratio: ({ throughput: { target, achieved } }) => (target === 'max' ? null : achieved / target),
  },
  dropped: {
    count: ({ throughput }) => throughput.dropped,
    ratio: ({ throughput, accounting }) => accounting && throughput.dropped / Math.max(1, accounting.scheduled),
  },
  missing: { count: ({ accounting }) => accounting?.missing },
  extra: { count: ({ accounting }) => accounting?.extra },
  accuracy: { value: ({ accuracy }) => accuracy },
  lag: { max: ({ lag }) => lag?.max, last: ({ lag }) => lag?.last },
} as const satisfies Record<string, Aggregates>;

const histogramAggregates: Record<string, (histogram: LatencyHistogram) => number> = {
  avg: (histogram) => histogram.quantiles().mean,
  med: (histogram) => histogram.at(50),
  max: (histogram) => histogram.quantiles().max,
  count: (histogram) => histogram.count,
};

export const metricNames: readonly string[] = [...latencyMetrics, ...Object.keys(plainMetrics)];

/** What can be asked of a metric, for messages; undefined when there is no such metric. */
export function aggregatesOf(metric: string): string[] | undefined {
  if (isLatency(metric)) return ['p(N)', ...Object.keys(histogramAggregates)];
  return metric in plainMetrics ? Object.keys(plainMetrics[metric as keyof typeof plainMetrics]) : undefined;
}

/** Reads a metric's aggregate, or nothing where nothing was measured; undefined when the metric has no such aggregate. */
export function readerOf(metric: string, aggregate: string): Read | undefined {
  if (!isLatency(metric)) return (plainMetrics as Record<string, Aggregates>)[metric]?.[aggregate];
  const percentile = percentileOf(aggregate);
  const read = percentile === undefined ? histogramAggregates[aggregate] : (h: LatencyHistogram) => h.at(percentile);
  if (!read) return undefined;
  return ({ latency }) => {
    const histogram = latency[metric];
    return histogram && (histogram.count > 0 || aggregate === 'count') ? read(histogram) : null;
  };
}

/** 99.9 of "p(99.9)". */
function percentileOf(aggregate: string): number | undefined {
  const text = /^p\((\d+(?:\.\d+)?)\)$/.exec(aggregate)?.[1];
  return text !== undefined && Number(text) <= 100 ? Number(text) : undefined;
}

function isLatency(metric: string): metric is LatencyMetric {
  return (latencyMetrics as readonly string[]).includes(metric);
}

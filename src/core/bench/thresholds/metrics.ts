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

/** Metrics with values of their own; those of latency have the aggregates of a histogram. */
const plainMetrics = new Map<string, Map<string, Read>>([
  metric('throughput', {
    rate: ({ throughput }) => throughput.achieved,
    ratio: ({ throughput: { target, achieved } }) => (target === 'max' ? null : achieved / target),
  }),
  metric('dropped', {
    count: ({ throughput }) => throughput.dropped,
    ratio: ({ throughput, accounting }) => accounting && throughput.dropped / Math.max(1, accounting.scheduled),
  }),
  metric('missing', { count: ({ accounting }) => accounting?.missing }),
  metric('extra', { count: ({ accounting }) => accounting?.extra }),
  metric('accuracy', { value: ({ accuracy }) => accuracy }),
  metric('lag', { max: ({ lag }) => lag?.max, last: ({ lag }) => lag?.last }),
]);

const histogramAggregates = new Map<string, (histogram: LatencyHistogram) => number>([
  ['avg', (histogram) => histogram.quantiles().mean],
  ['med', (histogram) => histogram.at(50)],
  ['max', (histogram) => histogram.quantiles().max],
  ['count', (histogram) => histogram.count],
]);

export const metricNames: readonly string[] = [...latencyMetrics, ...plainMetrics.keys()];

/** What can be asked of a metric, for messages; undefined when there is no such metric. */
export function aggregatesOf(name: string): string[] | undefined {
  if (isLatency(name)) return ['p(N)', ...histogramAggregates.keys()];
  const aggregates = plainMetrics.get(name);
  return aggregates && [...aggregates.keys()];
}

/** Reads a metric's aggregate, or nothing where nothing was measured; undefined when the metric has no such aggregate. */
export function readerOf(name: string, aggregate: string): Read | undefined {
  if (!isLatency(name)) return plainMetrics.get(name)?.get(aggregate);
  const percentile = percentileOf(aggregate);
  const read =
    percentile === undefined ? histogramAggregates.get(aggregate) : (h: LatencyHistogram) => h.at(percentile);
  if (!read) return undefined;
  return ({ latency }) => {
    const histogram = latency[name];
    return histogram && (histogram.count > 0 || aggregate === 'count') ? read(histogram) : null;
  };
}

/** 99.9 of "p(99.9)". */
function percentileOf(aggregate: string): number | undefined {
  const text = /^p\((\d+(?:\.\d+)?)\)$/.exec(aggregate)?.[1];
  return text !== undefined && Number(text) <= 100 ? Number(text) : undefined;
}

function isLatency(name: string): name is LatencyMetric {
  return (latencyMetrics as readonly string[]).includes(name);
}

function metric(name: string, aggregates: Record<string, Read>): [string, Map<string, Read>] {
  return [name, new Map(Object.entries(aggregates))];
}

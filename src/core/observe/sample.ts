import type { LatencyHistogram } from '../runtime/latency-histogram.js';
import type { MetricName } from '../runtime/metrics.js';

/** A value of a metric at one moment; of a histogram's, all its latencies. */
export interface Sample {
  name: MetricName;
  labels?: Readonly<Record<string, string>>;
  value: number | LatencyHistogram;
}

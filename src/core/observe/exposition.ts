import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import { LatencyHistogram } from '../runtime/latency-histogram.js';
import { latencyBuckets, type MetricName, metrics } from '../runtime/metrics.js';
import type { Sample } from './sample.js';

interface Value {
  labels: Record<string, string | number>;
  value: number;
  metricName?: string;
}

/** What /metrics answers: the samples of this moment, and Node's figures of this process. */
export class Exposition {
  readonly contentType: string;
  private readonly labels: Readonly<Record<string, string>>;
  private readonly own = new Registry();

  constructor(labels: Readonly<Record<string, string>>) {
    this.labels = labels;
    this.contentType = this.own.contentType;
    this.own.setDefaultLabels(labels);
    collectDefaultMetrics({ register: this.own, prefix: 'pipe_' });
  }

  /** A metric that there is no sample of is not told. */
  async text(samples: readonly Sample[]): Promise<string> {
    const byName = new Map<MetricName, Sample[]>();
    for (const sample of samples) byName.set(sample.name, [...(byName.get(sample.name) ?? []), sample]);
    // Of this scrape alone: others may be under way.
    const told = new Registry();
    told.setDefaultLabels(this.labels);
    for (const [name, of] of byName) told.registerMetric(asMetric(name, of));
    return (await told.metrics()) + (await this.own.metrics());
  }
}

/** The registry asks for a name and `get`: values are read where they are kept, and not counted a second time. */
function asMetric(name: MetricName, samples: readonly Sample[]): Metric {
  const { type, help } = metrics[name];
  const values = samples.flatMap(({ labels = {}, value }): Value[] =>
    value instanceof LatencyHistogram ? bucketsOf(name, labels, value) : [{ labels: { ...labels }, value }],
  );
  const metric = { name, get: async () => ({ name, help, type, aggregator: 'sum', values }) };
  return metric as unknown as Metric;
}

function bucketsOf(name: MetricName, labels: Readonly<Record<string, string>>, latencies: LatencyHistogram): Value[] {
  const counts = latencies.countsUpTo(latencyBuckets.map((seconds) => seconds * 1000));
  return [
    ...latencyBuckets.map((le, index) => ({
      metricName: `${name}_bucket`,
      labels: { ...labels, le },
      value: counts[index]!,
    })),
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: latencies.count },
    { metricName: `${name}_sum`, labels: { ...labels }, value: latencies.sum / 1000 },
    { metricName: `${name}_count`, labels: { ...labels }, value: latencies.count },
  ];
}

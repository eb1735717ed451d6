import { z } from 'zod';
import { LatencyHistogram } from '../runtime/latency-histogram.js';
import type { MetricName } from '../runtime/metrics.js';
import type { Clock } from '../runtime/runtime.js';
import type { Sample } from './sample.js';

const histogram = z.object({ hdr: z.string(), negative: z.number(), above: z.number() });

/** What /samples answers: the values of /metrics, latencies whole instead of in buckets. */
const schema = z.object({
  /** Milliseconds of that process's monotonic clock. */
  at: z.number(),
  cpu_s: z.number(),
  rss_bytes: z.number(),
  samples: z.array(
    z.object({
      name: z.string(),
      labels: z.record(z.string(), z.string()).optional(),
      value: z.union([z.number(), histogram]),
    }),
  ),
});

/** The values of one process at one moment. */
export interface Sampled {
  at: number;
  cpuS: number;
  rssBytes: number;
  /** Undefined where it tells none of that name and label. */
  value(name: MetricName, label?: string): number | undefined;
  /** By the value of the metric's only label. */
  values(name: MetricName): ReadonlyMap<string, number>;
  latency(name: MetricName): LatencyHistogram | undefined;
}

export function sampledNow(clock: Pick<Clock, 'monotonic'>, samples: readonly Sample[]): z.input<typeof schema> {
  const { user, system } = process.cpuUsage();
  return {
    at: clock.monotonic(),
    cpu_s: (user + system) / 1e6,
    rss_bytes: process.memoryUsage.rss(),
    samples: samples.map(({ name, labels, value }) => ({
      name,
      ...(labels && { labels: { ...labels } }),
      value: value instanceof LatencyHistogram ? value.encoded() : value,
    })),
  };
}

/** Throws for what is no answer of /samples. */
export function parseSampled(text: string): Sampled {
  const { at, cpu_s, rss_bytes, samples } = schema.parse(JSON.parse(text));
  const of = (name: MetricName) => samples.filter((sample) => sample.name === name);
  const values = (name: MetricName) =>
    new Map(
      of(name).flatMap(({ labels = {}, value }) =>
        typeof value === 'number' ? [[Object.values(labels)[0] ?? '', value] as const] : [],
      ),
    );
  return {
    at,
    cpuS: cpu_s,
    rssBytes: rss_bytes,
    values,
    value: (name, label = '') => values(name).get(label),
    latency(name) {
      const [value] = of(name).map((sample) => sample.value);
      return typeof value === 'object' ? LatencyHistogram.decode(value) : undefined;
    },
  };
}

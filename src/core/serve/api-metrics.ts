import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { latencyBuckets, metrics } from '../runtime/metrics.js';
import type { ServiceStatus } from '../stack/drivers/driver.js';

/** What the server's /metrics answers. One for each process. */
export interface ApiMetrics {
  registry: Registry;
  /** `route` is a path as the OpenAPI document has it. */
  answered(route: string, status: number, ms: number): void;
}

/** Most answers take few milliseconds. */
const buckets = [0.001, 0.0025, 0.005, ...latencyBuckets];

export function apiMetrics(services: () => Promise<readonly ServiceStatus[]>): ApiMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'pipe_' });
  const durations = new Histogram({
    name: 'pipe_api_request_duration_seconds',
    help: metrics.pipe_api_request_duration_seconds.help,
    labelNames: metrics.pipe_api_request_duration_seconds.labels,
    buckets,
    registers: [registry],
  });
  new Gauge({
    name: 'pipe_service_up',
    help: metrics.pipe_service_up.help,
    labelNames: metrics.pipe_service_up.labels,
    registers: [registry],
    async collect() {
      this.reset();
      for (const { name, state } of await services()) this.set({ service: name }, state === 'ready' ? 1 : 0);
    },
  });
  return { registry, answered: (route, status, ms) => durations.observe({ route, status }, ms / 1000) };
}

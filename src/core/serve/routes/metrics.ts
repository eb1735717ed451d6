import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { z } from 'zod';
import { latencyBuckets, metrics } from '../../runtime/metrics.js';
import { failures } from '../answers.js';
import type { Feed } from '../feed.js';
import type { Routes } from './routes.js';

/** /metrics of this process: its requests, and whether each service of the stack answers. */
export const metricRoutes: Routes = (app, { feed }) => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'pipe_' });
  const durations = requestDurations(registry);
  servicesUp(registry, feed);
  app.addHook('onResponse', async ({ routeOptions }, { statusCode, elapsedTime }) => {
    durations.observe({ route: routeOptions.url ?? 'none', status: statusCode }, elapsedTime / 1000);
  });
  app.get(
    '/metrics',
    {
      schema: {
        summary: 'Metrics of this process, for Prometheus',
        tags: ['health'],
        response: {
          200: { description: 'As Prometheus reads them.', content: { 'text/plain': { schema: z.string() } } },
          ...failures(),
        },
      },
    },
    async (_, reply) =>
      reply
        .header('cache-control', 'no-store')
        .type(registry.contentType)
        .send(await registry.metrics()),
  );
};

function requestDurations(registry: Registry): Histogram<'route' | 'status'> {
  const name = 'pipe_api_request_duration_seconds';
  const { help } = metrics[name];
  return new Histogram({
    name,
    help,
    labelNames: ['route', 'status'],
    buckets: [0.001, 0.0025, 0.005, ...latencyBuckets],
    registers: [registry],
  });
}

function servicesUp(registry: Registry, feed: Feed): void {
  const name = 'pipe_service_up';
  new Gauge({
    name,
    help: metrics[name].help,
    labelNames: ['service'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const service of (await feed.now())?.services ?? [])
        this.set({ service: service.name }, service.state === 'ready' ? 1 : 0);
    },
  });
}

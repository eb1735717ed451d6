import { z } from 'zod';
import { otherwise } from '../answers.js';
import { apiMetrics } from '../api-metrics.js';
import type { Routes } from './routes.js';

/** /metrics of this process: its requests, and whether each service of the stack answers. */
export const metricRoutes: Routes = (app, { feed }) => {
  const { registry, answered } = apiMetrics(async () => (await feed.now())?.services ?? []);
  app.addHook('onResponse', async ({ routeOptions }, { statusCode, elapsedTime }) =>
    answered(routeOptions.url ?? 'none', statusCode, elapsedTime),
  );
  app.get(
    '/metrics',
    {
      schema: {
        summary: 'Metrics of this process, for Prometheus',
        tags: ['health'],
        response: {
          200: { description: 'As Prometheus reads them.', content: { 'text/plain': { schema: z.string() } } },
          ...otherwise(),
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

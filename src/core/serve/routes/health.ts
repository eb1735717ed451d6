import { z } from 'zod';
import { coreServiceNames } from '../../stack/services/service.js';
import { otherwise } from '../answers.js';
import type { Routes } from './routes.js';
import { serviceSchema } from './snapshot-schema.js';

const ready = z.object({
  ready: z.boolean(),
  services: z.array(serviceSchema).describe('Asked within the last three seconds.'),
});

/** /health: this process answers. /ready: so does each service that every stack has. */
export const healthRoutes: Routes = (app, { feed, runtime }) => {
  const begun = runtime.clock.monotonic();
  app.get(
    '/health',
    {
      config: { rateLimit: false },
      schema: {
        summary: 'Whether this process answers',
        tags: ['health'],
        security: [],
        response: { 200: z.object({ ok: z.literal(true), uptime_s: z.number() }), ...otherwise() },
      },
    },
    async (_, reply) => {
      reply.header('cache-control', 'no-store');
      return { ok: true as const, uptime_s: Math.round((runtime.clock.monotonic() - begun) / 1000) };
    },
  );
  app.get(
    '/ready',
    {
      config: { rateLimit: false },
      schema: {
        summary: 'Whether Kafka, PostgreSQL and ClickHouse answer',
        tags: ['health'],
        security: [],
        response: { ...otherwise(), 200: ready, 503: ready.describe('One of them does not answer.') },
      },
    },
    async (_, reply) => {
      const services = (await feed.now())?.services ?? [];
      const core = services.filter(({ name }) => (coreServiceNames as readonly string[]).includes(name));
      const all = core.length > 0 && core.every(({ state }) => state === 'ready');
      return reply
        .code(all ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ ready: all, services });
    },
  );
};

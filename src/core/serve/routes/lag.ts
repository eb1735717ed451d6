import { z } from 'zod';
import { briefly, otherwise } from '../answers.js';
import { epochMs, instant } from './instant.js';
import type { Routes } from './routes.js';
import { engineSchema } from './snapshot-schema.js';

const { partitions, lag, lag_change_per_s, drain_ms, watermark, watermark_age_ms } = engineSchema.shape;
const lagSchema = z.object({
  pipeline: z.string(),
  engine: z
    .object({ lag, lag_change_per_s, drain_ms, watermark, watermark_age_ms, partitions })
    .nullable()
    .describe('Null where none runs.'),
});

const number = z.number().nullable();
const moment = z.object({
  at: z.number().describe('Epoch ms.'),
  in_per_s: number,
  out_per_s: number,
  lag: number,
  watermark_age_ms: number,
  e2e_p50_ms: number,
  e2e_p99_ms: number,
});

/** How far each engine is behind, now and in the last quarter of an hour. */
export const lagRoutes: Routes = (app, { plans, feed, runtime }) => {
  for (const { name } of plans) {
    app.get(
      `/v1/pipelines/${name}/lag`,
      {
        schema: {
          summary: 'Records that wait, by partition, and how old the watermark is',
          tags: [name],
          response: { 200: lagSchema, ...otherwise() },
        },
      },
      async (_, reply) => {
        reply.header('cache-control', briefly);
        const engine = (await feed.now())?.pipelines.find(({ pipeline }) => pipeline === name)?.engine ?? null;
        return { pipeline: name, engine };
      },
    );
    app.get(
      `/v1/pipelines/${name}/history`,
      {
        schema: {
          summary: 'Rates, lag and latency of each second, since this server runs, of a quarter of an hour at most',
          tags: [name],
          querystring: z.strictObject({
            from: instant.default('15m').describe('ISO 8601, epoch milliseconds, or how long ago.'),
          }),
          response: { 200: z.object({ pipeline: z.string(), moments: z.array(moment) }), ...otherwise(400) },
        },
      },
      async ({ query }, reply) => {
        reply.header('cache-control', briefly);
        return { pipeline: name, moments: feed.since(name, epochMs(query.from, runtime.clock.now())) };
      },
    );
  }
};

import { z } from 'zod';
import { type LetterList, listLetters } from '../../run/letters/list.js';
import { letterReasons } from '../../run/letters/selection.js';
import { briefly, otherwise } from '../answers.js';
import { answersForMs, ShortCache } from '../short-cache.js';
import { epochMs, instant } from './instant.js';
import type { Routes } from './routes.js';

/** Of a thousand letters at most. */
const mostLists = 20;

const letters = z.object({
  pipeline: z.string(),
  topic: z.string(),
  letters: z
    .array(
      z.object({
        partition: z.number().int(),
        offset: z.number().int(),
        reason: z.string(),
        field: z.string().nullable(),
        time: z.string(),
        key: z.string().nullable(),
        bytes: z.number().int().nullable(),
        replayed: z.boolean(),
      }),
    )
    .describe('Newest first; partition and offset are those of the source record.'),
  total: z.number().int(),
  by_reason: z.record(z.string(), z.number().int()),
  replayed: z.number().int(),
});

/** Dead letters and late events of each pipeline: what pipe dlq list answers. */
export const letterRoutes: Routes = (app, { plans, runtime, home, profile }) => {
  const lists = new ShortCache<LetterList>(answersForMs, mostLists, () => runtime.clock.monotonic());
  for (const plan of plans)
    app.get(
      `/v1/pipelines/${plan.name}/dead-letters`,
      {
        // It reads the topic.
        config: { rateLimit: { max: 5, timeWindow: 1_000 } },
        schema: {
          summary: 'Records that no window counts, each with its reason',
          tags: [plan.name],
          querystring: z.strictObject({
            kind: z.enum(['dead', 'late']).default('dead').describe('late: events that the watermark had passed.'),
            reason: z.enum(letterReasons as [string, ...string[]]).optional(),
            partition: z.coerce
              .number()
              .int()
              .min(0)
              .max(plan.partitions - 1)
              .optional(),
            from: instant
              .optional()
              .describe('Record times from here on: ISO 8601, epoch milliseconds, or how long ago.'),
            limit: z.coerce.number().int().min(0).max(1_000).default(20),
          }),
          response: { 200: letters, ...otherwise(400, 404, 503) },
        },
      },
      async ({ url, query: { kind, reason, partition, from, limit } }, reply) => {
        reply.header('cache-control', briefly);
        const since = epochMs(from, runtime.clock.now());
        const selection = { reason: letterReasons.find((known) => known === reason), partition, since };
        return await lists.get(url, () => listLetters({ runtime, home, profile, plan, kind, selection, limit }));
      },
    );
};

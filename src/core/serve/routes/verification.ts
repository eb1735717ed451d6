import { z } from 'zod';
import { choiceOf } from '../../pipeline/choice.js';
import { newestVerification } from '../../verify/past.js';
import { briefly, otherwise } from '../answers.js';
import { notFound } from '../failures.js';
import type { Routes } from './routes.js';

const count = z.number();
const counts = z.object({ checked: count, wrong: count, unchecked: count });

/** What `pipe verify --json` answers; parts that only some runs have are not told apart here. */
const verification = z.object({
  time: z.iso.datetime().describe('When it was verified.'),
  pipeline: z.string(),
  report: z.looseObject({
    ok: z.boolean(),
    produced: count,
    stored: count,
    late: count,
    duplicates: count,
    dead_letters: count,
    in_flight: count,
    missing: count,
    extra: count,
    windows: counts,
    accuracy: count.describe('100 x equal window rows / union of expected and stored ones.'),
    notes: z.array(z.string()),
  }),
});

/** What the newest `pipe verify` of each pipeline found. It takes minutes on much data, so it is not run for a request. */
export const verificationRoutes: Routes = (app, { plans, home }) => {
  for (const plan of plans)
    app.get(
      `/v1/pipelines/${plan.name}/verify`,
      {
        schema: {
          summary: 'What the newest pipe verify of this home found',
          tags: [plan.name],
          response: { 200: verification, ...otherwise(404) },
        },
      },
      async (_, reply) => {
        const found = newestVerification(home, plan.name);
        if (!found)
          throw notFound(
            `${plan.name} was not verified in ${home.root} yet`,
            `Run: pipe verify ${choiceOf(plan)}`,
            'NO_VERIFICATION',
          );
        reply.header('cache-control', briefly);
        return found as unknown as z.infer<typeof verification>;
      },
    );
};

import { z } from 'zod';
import { parseArrival } from '../../generate/arrival.js';
import { parseLate } from '../../generate/distortions.js';
import { parseSkew } from '../../generate/skew.js';
import { duration, identifier } from '../../pipeline/values.js';
import { messageOf } from '../../runtime/errors.js';

/** A text in the form of one of `generate`'s flags; the message is that flag's, without its dashes. */
const flagText = (parse: (text: string) => unknown) =>
  z.string().superRefine((text, context) => {
    try {
      parse(text);
    } catch (error) {
      context.addIssue(messageOf(error).replace(/^--\w+(?: [^:]+)?: /, ''));
    }
  });

const rate = z.number().positive('expected events per second above 0');
const share = z.number().min(0, 'expected a share from 0 to 1').max(1, 'expected a share from 0 to 1');
const condition = z.string().regex(/\S/, 'expected an aggregate, a comparison and a number, such as p(99)<5000');

/** The names are k6's, in the file's spelling. */
const threshold = z.union([
  condition.transform((text) => ({ threshold: text, abort_on_fail: false, delay_abort_eval: 0 })),
  z.strictObject({
    threshold: condition,
    abort_on_fail: z.boolean().default(false),
    delay_abort_eval: duration.default(0),
  }),
]);

/** The workload file, as written. */
export const workloadFileSchema = z
  .strictObject({
    workload: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,62}$/, 'expected lower-case letters, digits and - beginning with a letter'),
    version: z.literal(1),
    description: z.string().default(''),
    domain: identifier.optional(),
    /** A pipeline file, relative to this one. */
    pipeline: z.string().optional(),
    rate: z.union([rate, z.literal('max')], 'expected events per second above 0, or max').optional(),
    steps: z.array(z.strictObject({ rate, duration })).min(1).optional(),
    arrival: flagText(parseArrival).optional(),
    skew: flagText(parseSkew).default('none'),
    distortions: z
      .strictObject({
        late: flagText(parseLate).default('0'),
        repeat: share.default(0),
        discard: share.default(0),
        corrupt: share.default(0),
      })
      .prefault({}),
    duration: duration.optional(),
    warmup: duration.default(10_000),
    queries: z
      .strictObject({
        /** Named queries of the pipeline. Left out: the newest rows of each window. An empty list asks nothing. */
        names: z.array(z.string()).optional(),
        interval: duration.default(1_000),
      })
      .prefault({}),
    thresholds: z.record(z.string(), z.array(threshold).min(1)).optional(),
  })
  .superRefine(({ domain, pipeline, rate: steady, steps, arrival, duration: length, queries }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (domain && pipeline) refuse('pipeline', 'expected domain or pipeline, got both');
    if (steps)
      for (const [key, value] of Object.entries({ rate: steady, arrival, duration: length }))
        if (value !== undefined) refuse(key, 'steps say it already; leave one of them out');
    if (length !== undefined && length < 1_000) refuse('duration', 'expected 1s or more');
    if (queries.interval < 10) refuse('queries', 'interval: expected 10ms or more');
  });

export type WorkloadFile = z.output<typeof workloadFileSchema>;

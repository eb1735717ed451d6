import { z } from 'zod';

const share = z.number().min(0).max(1);

export const stepSchema = z.object({ rate: z.number(), duration_s: z.number() });

export const thresholdSetting = z.object({
  /** As `--threshold` takes it. */
  expression: z.string(),
  /** End the run as soon as it fails. */
  abort_on_fail: z.boolean(),
  /** Not before so much of the measured part. */
  abort_after_s: z.number(),
});
export type ThresholdSetting = z.infer<typeof thresholdSetting>;

/** What is run and measured: a workload file and flags, resolved, every default filled in. Texts are those that `generate`'s flags take. */
export const workloadSchema = z.object({
  name: z.string(),
  description: z.string(),
  /** A shipped pipeline, or a file; a file's path is absolute. */
  domain: z.string().optional(),
  pipeline: z.string().optional(),
  /** Of the measured part; with steps their mean. */
  rate: z.union([z.number(), z.literal('max')]),
  /** One after another from the beginning of the measured part; the first step's rate holds during the warm-up. */
  steps: z.array(stepSchema).optional(),
  arrival: z.string(),
  skew: z.string(),
  distortions: z.object({ late: z.string(), repeat: share, discard: share, corrupt: share }),
  duration_s: z.number(),
  warmup_s: z.number(),
  /** Asked beside the load, each at its interval, whether the one before has been answered or not. */
  queries: z.object({
    /** Null stands for the newest rows of each of the pipeline's windows. */
    names: z.array(z.string()).nullable(),
    interval_s: z.number(),
  }),
  thresholds: z.array(thresholdSetting),
});

export type Workload = z.infer<typeof workloadSchema>;

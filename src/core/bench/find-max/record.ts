import { z } from 'zod';

/** Why a rate is tried: to get one that holds and one that does not, to narrow what lies between, to be sure of what was found. */
export const phases = ['bracket', 'bisect', 'confirm'] as const;
export type Phase = (typeof phases)[number];

const attempt = z.object({
  phase: z.enum(phases),
  rate: z.number(),
  duration_s: z.number(),
  achieved: z.number(),
  /** Records per second by which the lag grew, and the standard error of that. */
  lag_slope: z.number(),
  lag_slope_error: z.number(),
  sustained: z.boolean(),
  /** Why not; empty when sustained. */
  reasons: z.array(z.string()),
});
export type Attempt = z.infer<typeof attempt>;

const quantiles = z.object({ p50: z.number(), p90: z.number(), p99: z.number(), p999: z.number(), max: z.number() });

export const findMaxSchema = z.object({
  /** Events per second; null when not even the lowest rate tried was sustained. */
  sustainable: z.number().nullable(),
  /** Whether the longer run at that rate held, too. */
  confirmed: z.boolean(),
  /** The lowest rate that was not sustained; null when the search reached its upper end. */
  not_sustained: z.number().nullable(),
  /** The share by which the two may differ when the search ends. */
  precision: z.number(),
  attempts: z.array(attempt),
  /** e2e latency in ms at shares of the sustainable rate. */
  latency_at: z.array(z.object({ share: z.number(), rate: z.number(), e2e_ms: quantiles })),
});
export type FindMax = z.infer<typeof findMaxSchema>;

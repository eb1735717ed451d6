import type { PipelineLook } from './snapshot.js';

/** Of one pipeline at one moment, as the snapshot tells it. */
export interface Moment {
  at: number;
  in_per_s: number | null;
  out_per_s: number | null;
  lag: number | null;
  watermark_age_ms: number | null;
  e2e_p50_ms: number | null;
  e2e_p99_ms: number | null;
}

export function momentOf({ generator, engine }: PipelineLook, at: number): Moment {
  return {
    at,
    in_per_s: generator?.acked_per_s ?? null,
    out_per_s: engine?.consumed_per_s ?? null,
    lag: engine?.lag ?? null,
    watermark_age_ms: engine?.watermark_age_ms ?? null,
    e2e_p50_ms: engine?.e2e_ms?.p50 ?? null,
    e2e_p99_ms: engine?.e2e_ms?.p99 ?? null,
  };
}

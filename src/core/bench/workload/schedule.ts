import { formatArrival } from '../../generate/arrival.js';
import type { Workload } from './schema.js';

/** `generate`'s rate, arrival and duration for warm-up and measured part as one run. */
export interface GeneratorSchedule {
  rate: number | 'max';
  arrival: string;
  durationMs: number;
}

export function generatorSchedule({ rate, steps, arrival, duration_s, warmup_s }: Workload): GeneratorSchedule {
  const durationMs = (warmup_s + duration_s) * 1000;
  if (!steps) return { rate, arrival, durationMs };
  const all = [...(warmup_s > 0 ? [{ rate: steps[0]!.rate, duration_s: warmup_s }] : []), ...steps];
  const events = all.reduce((sum, step) => sum + step.rate * step.duration_s, 0);
  return {
    rate: events / (warmup_s + duration_s),
    arrival: formatArrival({
      kind: 'steps',
      steps: all.map((step) => ({ rate: step.rate, durationMs: step.duration_s * 1000 })),
    }),
    durationMs,
  };
}

import { usageError } from '../runtime/errors.js';
import { formatDuration, parseDuration } from '../runtime/units.js';

/**
 * How intended send times are spread; the mean rate is always the one asked for.
 * - constant: evenly spaced within a partition, the partitions out of step with each other.
 * - poisson: independent exponential gaps.
 * - burst: for the first 1/5 of each period `factor` times the rate (at most 5), and what is left of it in the other 4/5.
 * - diurnal: rate x (1 + amplitude x sin(2 pi t / period)), in 96 even steps (a quarter of an hour each if the period were a day).
 * - steps: one rate after another, and from the first again; only their proportions count.
 */
export type Arrival =
  | { kind: 'constant' }
  | { kind: 'poisson' }
  | { kind: 'burst'; factor: number; periodMs: number }
  | { kind: 'diurnal'; amplitude: number; periodMs: number }
  | { kind: 'steps'; steps: readonly { rate: number; durationMs: number }[] };

export const burstShare = 1 / 5;
const diurnalSteps = 96;

/**
 * "constant", "poisson", "burst", "burst:4/10s" (factor/period), "diurnal", "diurnal:0.8/60s" (amplitude/period),
 * "steps:1000/10s,4000/5s" (rate/duration). Throws usage errors.
 */
export function parseArrival(text: string): Arrival {
  if (text.startsWith('steps:')) return { kind: 'steps', steps: parseSteps(text) };
  const [, kind, , amount, period] = /^(constant|poisson|burst|diurnal)(:([\d.]+)\/(\S+))?$/.exec(text) ?? [];
  if (kind === 'constant' || kind === 'poisson') {
    if (amount === undefined) return { kind };
  } else if (kind === 'burst') {
    const factor = inRange(Number(amount ?? 4), 1, 1 / burstShare, `--arrival ${text}: factor`);
    return { kind, factor, periodMs: periodOf(period ?? '10s', text) };
  } else if (kind === 'diurnal') {
    const amplitude = inRange(Number(amount ?? 0.8), 0, 1, `--arrival ${text}: amplitude`);
    return { kind, amplitude, periodMs: periodOf(period ?? '60s', text) };
  }
  throw usageError(
    `--arrival: expected constant, poisson, burst[:FACTOR/PERIOD], diurnal[:AMPLITUDE/PERIOD] or steps:RATE/DURATION,..., got "${text}"`,
    'For example --arrival burst:4/10s',
  );
}

export function formatArrival(arrival: Arrival): string {
  if (arrival.kind === 'burst') return `burst:${arrival.factor}/${formatDuration(arrival.periodMs)}`;
  if (arrival.kind === 'diurnal') return `diurnal:${arrival.amplitude}/${formatDuration(arrival.periodMs)}`;
  if (arrival.kind === 'steps')
    return `steps:${arrival.steps.map(({ rate, durationMs }) => `${rate}/${formatDuration(durationMs)}`).join(',')}`;
  return arrival.kind;
}

/** The rate over one period as steps of relative weight; the weights of a period have the mean 1. */
export interface RateProfile {
  periodMs: number;
  steps: readonly { durationMs: number; weight: number }[];
}

export function rateProfile(arrival: Arrival): RateProfile {
  switch (arrival.kind) {
    case 'constant':
    case 'poisson':
      return { periodMs: 1000, steps: [{ durationMs: 1000, weight: 1 }] };
    case 'burst': {
      const { factor, periodMs } = arrival;
      const rest = (1 - factor * burstShare) / (1 - burstShare);
      return {
        periodMs,
        steps: [
          { durationMs: periodMs * burstShare, weight: factor },
          { durationMs: periodMs * (1 - burstShare), weight: rest },
        ],
      };
    }
    case 'diurnal': {
      const { amplitude, periodMs } = arrival;
      const steps = Array.from({ length: diurnalSteps }, (_, index) => ({
        durationMs: periodMs / diurnalSteps,
        weight: 1 + amplitude * Math.sin((2 * Math.PI * (index + 0.5)) / diurnalSteps),
      }));
      return { periodMs, steps };
    }
    case 'steps': {
      const periodMs = arrival.steps.reduce((sum, { durationMs }) => sum + durationMs, 0);
      const mean = arrival.steps.reduce((sum, { rate, durationMs }) => sum + rate * durationMs, 0) / periodMs;
      return {
        periodMs,
        steps: arrival.steps.map(({ rate, durationMs }) => ({ durationMs, weight: rate / mean })),
      };
    }
  }
}

function parseSteps(text: string): { rate: number; durationMs: number }[] {
  const steps = text
    .slice('steps:'.length)
    .split(',')
    .map((step) => {
      const [, rate, length] = /^(\d+(?:\.\d+)?)\/(\S+)$/.exec(step) ?? [];
      if (rate === undefined)
        throw usageError(
          `--arrival ${text}: expected RATE/DURATION, got "${step}"`,
          'For example steps:1000/10s,4000/5s',
        );
      return { rate: Number(rate), durationMs: periodOf(length!, text) };
    });
  if (steps.every(({ rate }) => rate === 0))
    throw usageError(`--arrival ${text}: expected a rate above 0 in some step`);
  return steps;
}

function periodOf(text: string, arrival: string): number {
  return inRange(parseDuration(text), 1, Number.MAX_SAFE_INTEGER, `--arrival ${arrival}: period in ms`);
}

function inRange(value: number, low: number, high: number, what: string): number {
  if (!(value >= low && value <= high)) throw usageError(`${what}: expected ${low} to ${high}, got ${value}`);
  return value;
}

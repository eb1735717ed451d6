import { type Arrival, parseArrival } from '../../generate/arrival.js';
import { type Distortions, parseDistortions } from '../../generate/distortions.js';
import { parseSkew, type Skew } from '../../generate/skew.js';
import { usageError } from '../../runtime/errors.js';
import { parseDuration, parseInstant } from '../../runtime/units.js';
import { checkedRunName, type RunWorkload } from '../ledger/header.js';

/** The flags of `generate`, as typed; absent where the user left them out. */
export interface GenerateFlags {
  rate?: string;
  duration?: string;
  count?: string;
  seed?: string;
  run?: string;
  arrival?: string;
  skew?: string;
  late?: string;
  repeat?: string;
  discard?: string;
  corrupt?: string;
  start?: string;
}

/** The same, checked, with defaults. */
export interface GenerateOptions {
  rate: number | 'max';
  count?: number;
  durationMs?: number;
  seed?: number;
  run?: string;
  arrival: Arrival;
  skew: Skew;
  distortions: Distortions;
  /** Epoch ms. */
  start?: number;
}

export const defaults = { rate: '1000', duration: '30s', arrival: 'constant', skew: 'none' } as const;

/** Throws a usage error that names the flag. */
export function parseGenerateFlags(flags: GenerateFlags): GenerateOptions {
  const { rate = defaults.rate, duration, count, seed, run, start } = flags;
  if (count !== undefined && duration !== undefined)
    throw usageError('--count and --duration: expected one of them, got both', 'Leave one out.');
  return {
    rate: rate === 'max' ? 'max' : positive('--rate', rate, 'events per second above 0, or max'),
    ...(count === undefined
      ? { durationMs: parseDuration(duration ?? defaults.duration) }
      : { count: whole('--count', count) }),
    ...(seed === undefined ? {} : { seed: whole('--seed', seed) }),
    ...(run === undefined ? {} : { run: checkedRunName(run) }),
    arrival: parseArrival(flags.arrival ?? defaults.arrival),
    skew: parseSkew(flags.skew ?? defaults.skew),
    distortions: parseDistortions(flags),
    ...(start === undefined ? {} : { start: parseInstant(start) }),
  };
}

/** Throws a usage error when a flag is given that says something else than the run on file began with. */
export function checkResumeFlags(flags: GenerateFlags, began: GenerateOptions, workload: RunWorkload): void {
  const options = parseGenerateFlags(flags);
  const pairs: Record<keyof GenerateFlags, [unknown, unknown]> = {
    rate: [options.rate, began.rate],
    duration: [options.durationMs, began.durationMs],
    count: [options.count, began.count],
    seed: [options.seed, began.seed],
    run: [options.run, began.run],
    arrival: [options.arrival, began.arrival],
    skew: [options.skew, began.skew],
    late: [options.distortions.late, began.distortions.late],
    repeat: [options.distortions.repeat, began.distortions.repeat],
    discard: [options.distortions.discard, began.distortions.discard],
    corrupt: [options.distortions.corrupt, began.distortions.corrupt],
    start: [options.start, workload.start],
  };
  for (const [flag, [now, then]] of Object.entries(pairs))
    if (flags[flag as keyof GenerateFlags] !== undefined && JSON.stringify(now) !== JSON.stringify(then))
      throw usageError(
        `--${flag}: expected what run ${began.run} began with, ${JSON.stringify(then)}, got ${JSON.stringify(now)}`,
        'Leave it out: --resume takes its options from the run. Or begin a new run.',
      );
}

function positive(flag: string, text: string, expected: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0)) throw usageError(`${flag}: expected ${expected}, got "${text}"`, `For example ${flag} 10000`);
  return value;
}

function whole(flag: string, text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value))
    throw usageError(`${flag}: expected a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, got "${text}"`);
  return value;
}

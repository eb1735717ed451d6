import type { Attempt, FindMax, Phase } from './record.js';

export interface SearchOptions {
  /** The first rate. */
  from: number;
  /** No rate outside of these is tried. */
  least: number;
  most: number;
  /** The share by which the highest rate that held and the lowest that did not may differ at the end. */
  precision: number;
  stepSeconds: number;
  confirmSeconds: number;
  /** The search ends after so many, confirmed or not. */
  attempts: number;
}

export const searchDefaults: Omit<SearchOptions, 'from'> = {
  least: 10,
  most: 5_000_000,
  precision: 0.05,
  stepSeconds: 20,
  confirmSeconds: 300,
  attempts: 30,
};

export interface Planned {
  phase: Phase;
  rate: number;
  durationS: number;
}

/** At these shares of the sustainable rate latency is measured in the end. */
export const latencyShares = [0.5, 0.8, 0.95] as const;

type Tried = Pick<Attempt, 'phase' | 'rate' | 'sustained'>;

/**
 * What to try next, as a function of what was tried: doubled from the first rate until one does not hold (quartered until one does), then the
 * geometric middle until both are near each other, then the rate found for longer. A rate that fails then is the new upper end, and the search
 * goes on below it. Undefined when there is nothing left to try.
 */
export function nextAttempt(options: SearchOptions, tried: readonly Tried[]): Planned | undefined {
  const { from, least, most, precision, attempts } = options;
  if (tried.length >= attempts) return undefined;
  const { held, failed } = bounds(tried);
  if (held === undefined && failed === undefined) return step('bracket', within(from));
  if (held === undefined) return failed! <= least ? undefined : step('bracket', within(failed! / 4));
  if (failed === undefined && held < most) return step('bracket', within(held * 2));
  if (failed !== undefined && failed / held > 1 + precision) {
    const middle = readable(Math.sqrt(held * failed));
    if (held < middle && middle < failed) return step('bisect', middle);
  }
  return isConfirmed(tried, held) ? undefined : { phase: 'confirm', rate: held, durationS: options.confirmSeconds };

  function step(phase: Phase, rate: number): Planned {
    return { phase, rate, durationS: options.stepSeconds };
  }

  function within(rate: number): number {
    return Math.min(most, Math.max(least, readable(rate)));
  }
}

/** What the attempts have shown so far. */
export function searchResult({ precision }: SearchOptions, attempts: readonly Attempt[]): Omit<FindMax, 'latency_at'> {
  const { held, failed } = bounds(attempts);
  return {
    sustainable: held ?? null,
    confirmed: held !== undefined && isConfirmed(attempts, held),
    not_sustained: failed ?? null,
    precision,
    attempts: [...attempts],
  };
}

/** The highest rate that held below the lowest that did not: what held above that was luck. */
function bounds(tried: readonly Tried[]): { held: number | undefined; failed: number | undefined } {
  const failed = Math.min(...tried.filter(({ sustained }) => !sustained).map(({ rate }) => rate));
  const held = Math.max(...tried.filter(({ sustained, rate }) => sustained && rate < failed).map(({ rate }) => rate));
  return { held: Number.isFinite(held) ? held : undefined, failed: Number.isFinite(failed) ? failed : undefined };
}

function isConfirmed(tried: readonly Tried[], held: number): boolean {
  return tried.some(({ phase, rate, sustained }) => phase === 'confirm' && rate === held && sustained);
}

/** Three digits. */
function readable(rate: number): number {
  return Number(rate.toPrecision(3));
}

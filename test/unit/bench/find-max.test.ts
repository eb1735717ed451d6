import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeAttempt } from '../../../src/core/bench/find-max/judge.js';
import type { Attempt } from '../../../src/core/bench/find-max/record.js';
import {
  nextAttempt,
  type Planned,
  type SearchOptions,
  searchDefaults,
  searchResult,
} from '../../../src/core/bench/find-max/search.js';
import { slopeOf } from '../../../src/core/bench/find-max/slope.js';
import { randomStream } from '../../../src/core/generate/random.js';
import { madeRecord } from './record-fixture.js';

/** Runs a search on a system that sustains what `holds` says. */
function search(options: SearchOptions, holds: (planned: Planned) => boolean): Attempt[] {
  const attempts: Attempt[] = [];
  for (let next = nextAttempt(options, attempts); next; next = nextAttempt(options, attempts)) {
    const { phase, rate, durationS } = next;
    const sustained = holds(next);
    attempts.push({
      phase,
      rate,
      duration_s: durationS,
      achieved: rate,
      lag_slope: 0,
      lag_slope_error: 0,
      sustained,
      reasons: sustained ? [] : ['so'],
    });
  }
  return attempts;
}

const options: SearchOptions = { ...searchDefaults, from: 1000 };

describe('the search', () => {
  it('doubles, halves what is left, and confirms', () => {
    const attempts = search(options, ({ rate }) => rate <= 9_300);
    expect(attempts.map(({ phase, rate, sustained }) => `${phase} ${rate} ${sustained ? 'holds' : 'fails'}`)).toEqual([
      'bracket 1000 holds',
      'bracket 2000 holds',
      'bracket 4000 holds',
      'bracket 8000 holds',
      'bracket 16000 fails',
      'bisect 11300 fails',
      'bisect 9510 fails',
      'bisect 8720 holds',
      'bisect 9110 holds',
      'confirm 9110 holds',
    ]);
    expect(searchResult(options, attempts)).toMatchObject({
      sustainable: 9_110,
      confirmed: true,
      not_sustained: 9_510,
      precision: 0.05,
    });
  });

  it('finds any capacity within its precision, and tries nothing twice in the same phase', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 10, max: 4_000_000, noNaN: true }),
        fc.integer({ min: 10, max: 1_000_000 }),
        (capacity, from) => {
          const attempts = search({ ...options, from }, ({ rate }) => rate <= capacity);
          const { sustainable, confirmed, not_sustained } = searchResult(options, attempts);
          expect(confirmed).toBe(true);
          expect(sustainable!).toBeLessThanOrEqual(capacity);
          expect(not_sustained!).toBeGreaterThan(capacity);
          // Rates have three digits.
          expect(not_sustained! / sustainable!).toBeLessThanOrEqual(1.05 + 0.1 * Number(sustainable! < 100));
          expect(new Set(attempts.map(({ phase, rate }) => `${phase} ${rate}`)).size).toBe(attempts.length);
        },
      ),
    );
  });

  it('goes on below a rate that held shortly and not for long', () => {
    const attempts = search(options, ({ rate, phase }) => rate <= (phase === 'confirm' ? 6_000 : 7_000));
    const { sustainable, confirmed, not_sustained } = searchResult(options, attempts);
    expect(confirmed).toBe(true);
    expect(sustainable).toBeLessThanOrEqual(6_000);
    expect(sustainable).toBeGreaterThan(5_500);
    expect(not_sustained).toBeGreaterThan(6_000);
  });

  it('ends where nothing holds, and where everything does', () => {
    expect(
      searchResult(
        options,
        search(options, () => false),
      ),
    ).toMatchObject({ sustainable: null, confirmed: false, not_sustained: 10 });
    expect(
      searchResult(
        options,
        search(options, () => true),
      ),
    ).toMatchObject({ sustainable: 5_000_000, confirmed: true, not_sustained: null });
  });

  it('ends after so many attempts even if luck decides each', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (luck) => {
        const draws = [...luck];
        const attempts = search(options, () => draws.pop()!);
        expect(attempts.length).toBeLessThanOrEqual(options.attempts);
        const { sustainable, not_sustained } = searchResult(options, attempts);
        if (sustainable !== null && not_sustained !== null) expect(sustainable).toBeLessThan(not_sustained);
      }),
    );
  });
});

describe('the slope of the lag', () => {
  const noisy = (slope: number, seed: number, seconds = 20) => {
    const random = randomStream(seed, 'lag');
    return Array.from({ length: seconds }, (_, t) => ({ t, value: 1000 + slope * t + 200 * random.normal() }));
  };

  it('is exact on a line', () => {
    const { perSecond, error } = slopeOf([0, 1, 2, 3, 4].map((t) => ({ t, value: 7 + 3 * t })))!;
    expect([perSecond, error]).toEqual([3, 0]);
    expect(slopeOf([0, 1, 2, 3].map((t) => ({ t, value: t })))).toBeUndefined();
  });

  it('lies within three of its errors', () => {
    const outside = Array.from({ length: 200 }, (_, seed) => slopeOf(noisy(50, seed))!).filter(
      ({ perSecond, error }) => Math.abs(perSecond - 50) > 3 * error,
    );
    expect(outside.length).toBeLessThan(10);
  });

  it('of a lag that stands still is rarely taken for growth, that of one that grows always', () => {
    const planned: Planned = { phase: 'bracket', rate: 10_000, durationS: 20 };
    const record = madeRecord({ rate: 10 });
    const judged = (slope: number, seed: number) =>
      judgeAttempt(planned, {
        ...record,
        throughput: { target: 10_000, achieved: 10_000, dropped: 0 },
        thresholds: [],
        series: noisy(slope, seed).map(({ t, value }) => ({ ...record.series[0]!, t_s: t, lag: value })),
      }).sustained;
    const seeds = Array.from({ length: 200 }, (_, seed) => seed);
    expect(seeds.filter((seed) => !judged(0, seed)).length).toBeLessThan(10);
    expect(seeds.filter((seed) => judged(500, seed)).length).toBe(0);
  });
});

describe('an attempt', () => {
  const planned: Planned = { phase: 'bisect', rate: 200, durationS: 10 };
  const record = madeRecord({ rate: 200 });

  it('is sustained where the rate was offered, the lag stood and the objectives hold', () => {
    expect(judgeAttempt(planned, record)).toMatchObject({
      phase: 'bisect',
      rate: 200,
      duration_s: 10,
      sustained: true,
      reasons: [],
    });
  });

  it('says each reason why it was not', () => {
    const { reasons, sustained } = judgeAttempt(planned, {
      ...record,
      throughput: { target: 200, achieved: 150, dropped: 3 },
      series: record.series.map((second) => ({ ...second, lag: 50 * second.t_s })),
      thresholds: [
        { expression: 'e2e_ms:p(99)<5000', ok: false, actual: 7_123.456 },
        { expression: 'accuracy:value>=99.9', ok: false, actual: null },
        { expression: 'throughput:rate>=10000', ok: false, actual: 150 },
      ],
    });
    expect(sustained).toBe(false);
    expect(reasons).toEqual([
      '150/s were acknowledged in time of 200/s',
      '3 events were never sent',
      'the lag grew by 50 ± 0 records/s',
      'e2e_ms:p(99)<5000: 7123',
    ]);
  });

  it('that was given up is not, however little the first seconds say of the lag', () => {
    const series = [10, 900, 20, 800, 30, 1_100].map((lag, t_s) => ({ ...record.series[0]!, t_s, lag }));
    expect(judgeAttempt(planned, { ...record, series, verdict: 'aborted' })).toMatchObject({
      sustained: false,
      reasons: ['given up after 6 s, 1100 records behind'],
    });
  });

  it('of a few seconds says nothing', () => {
    expect(judgeAttempt(planned, { ...record, series: record.series.slice(0, 4) }).reasons).toEqual([
      '4 seconds are too few to see whether the lag grows',
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Arrival,
  burstShare,
  formatArrival,
  parseArrival,
  rateProfile,
} from '../../../src/core/generate/arrival.js';
import { randomStream } from '../../../src/core/generate/random.js';
import { Schedule, type ScheduleOptions } from '../../../src/core/generate/schedule.js';

describe('--arrival', () => {
  test.each<[string, Arrival]>([
    ['constant', { kind: 'constant' }],
    ['poisson', { kind: 'poisson' }],
    ['burst', { kind: 'burst', factor: 4, periodMs: 10_000 }],
    ['burst:2.5/1m', { kind: 'burst', factor: 2.5, periodMs: 60_000 }],
    ['diurnal', { kind: 'diurnal', amplitude: 0.8, periodMs: 60_000 }],
    ['diurnal:1/10s', { kind: 'diurnal', amplitude: 1, periodMs: 10_000 }],
    [
      'steps:1000/10s,0/500ms,2500.5/5s',
      {
        kind: 'steps',
        steps: [
          { rate: 1000, durationMs: 10_000 },
          { rate: 0, durationMs: 500 },
          { rate: 2500.5, durationMs: 5_000 },
        ],
      },
    ],
  ])('%s', (text, arrival) => {
    expect(parseArrival(text)).toEqual(arrival);
    expect(parseArrival(formatArrival(arrival))).toEqual(arrival);
  });

  test.each([
    [
      'steady',
      'expected constant, poisson, burst[:FACTOR/PERIOD], diurnal[:AMPLITUDE/PERIOD] or steps:RATE/DURATION,..., got "steady"',
    ],
    ['steps:', 'expected RATE/DURATION, got ""'],
    ['steps:10/1s,x/2s', 'expected RATE/DURATION, got "x/2s"'],
    ['steps:0/1s', 'expected a rate above 0 in some step'],
    ['steps:1/0s', 'period in ms: expected 1 to'],
    ['constant:1/1s', 'got "constant:1/1s"'],
    ['burst:6/10s', 'factor: expected 1 to 5, got 6'],
    ['burst:4', 'got "burst:4"'],
    ['burst:4/soon', 'expected a duration'],
    ['diurnal:1.1/10s', 'amplitude: expected 0 to 1, got 1.1'],
    ['diurnal:0.5/0s', 'period in ms: expected 1 to'],
  ])('refuses %s', (text, message) => {
    expect(() => parseArrival(text)).toThrow(message);
  });

  test.each(['constant', 'burst:5/7s', 'burst:1/3s', 'diurnal:1/1h', 'steps:10/1s,0/2s,40/500ms'])(
    'the profile of %s has the mean rate 1',
    (text) => {
      const { periodMs, steps } = rateProfile(parseArrival(text));
      expect(steps.reduce((sum, step) => sum + step.durationMs, 0)).toBeCloseTo(periodMs, 6);
      expect(steps.reduce((sum, step) => sum + step.durationMs * step.weight, 0)).toBeCloseTo(periodMs, 6);
      expect(steps.every((step) => step.weight >= 0)).toBe(true);
    },
  );
});

describe('Schedule', () => {
  test('constant: one event per gap, from the phase on', () => {
    //  0    100  200  300  400 ms
    //  | x    x    x    x  |
    expect(times({ arrival: 'constant', eventsPerMs: 0.01, durationMs: 400, phase: 0.25 })).toEqual([
      25, 125, 225, 325,
    ]);
  });

  test('exactly so many events within exactly the duration, whatever the arrival', () => {
    const arrivals = fc.constantFrom(
      'constant',
      'burst:5/700ms',
      'burst:3/10s',
      'diurnal:1/900ms',
      'diurnal:0.5/1h',
      'steps:1/200ms,9/300ms',
    );
    const cases = fc.record({
      arrival: arrivals,
      events: fc.integer({ min: 0, max: 500 }),
      durationMs: fc.integer({ min: 1, max: 20_000 }),
      phase: fc.double({ min: 0, max: 0.99, noNaN: true }),
    });
    fc.assert(
      fc.property(cases, ({ events, durationMs, ...rest }) => {
        const made = times({ ...rest, events, durationMs, eventsPerMs: events / durationMs });
        expect(made).toHaveLength(events);
        expect(made.every((time, index) => time >= (made[index - 1] ?? 0) && time <= durationMs)).toBe(true);
      }),
    );
  });

  test('burst: the first fifth of each period has the factor times the rate', () => {
    const made = times({ arrival: 'burst:4/10s', eventsPerMs: 1, durationMs: 30_000, phase: 0.5 });
    expect(made).toHaveLength(30_000);
    for (const period of [0, 1, 2]) {
      const inBurst = made.filter((time) => time >= period * 10_000 && time < period * 10_000 + 10_000 * burstShare);
      expect(inBurst.length).toBeCloseTo(8_000, -1);
    }
  });

  test('diurnal: as many events in each part of the period as the sine says', () => {
    const made = times({ arrival: 'diurnal:0.8/60s', eventsPerMs: 1, durationMs: 60_000, phase: 0.5 });
    const quarters = [0, 1, 2, 3].map((q) => made.filter((time) => Math.floor(time / 15_000) === q).length);
    const expected = (from: number, to: number) =>
      15_000 + (0.8 * 60_000 * (Math.cos(2 * Math.PI * from) - Math.cos(2 * Math.PI * to))) / (2 * Math.PI);
    for (const [q, count] of quarters.entries())
      expect(Math.abs(count - expected(q / 4, (q + 1) / 4))).toBeLessThan(20);
  });

  test('poisson: exponential gaps, their number over a duration that of a Poisson distribution', () => {
    const made = times({ arrival: 'poisson', eventsPerMs: 2, durationMs: 50_000, phase: 0 });
    expect(Math.abs(made.length - 100_000)).toBeLessThan(5 * Math.sqrt(100_000));
    const gaps = made.map((time, index) => time - (made[index - 1] ?? 0));
    const mean = gaps.reduce((a, b) => a + b, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(0.25, 2);
    expect(times({ arrival: 'poisson', eventsPerMs: 2, events: 1234, phase: 0 })).toHaveLength(1234);
  });

  test('without an end it goes on at the rate', () => {
    const schedule = new Schedule({ profile: rateProfile({ kind: 'constant' }), eventsPerMs: 0.1, phase: 0 });
    const made = Array.from({ length: 100_000 }, () => schedule.next());
    expect(Math.max(...made.map((time, index) => Math.abs(time - index * 10)))).toBeLessThan(0.001);
  });
});

function times({ arrival, ...options }: Omit<ScheduleOptions, 'profile' | 'gaps'> & { arrival: string }): number[] {
  const parsed = parseArrival(arrival);
  const gaps = parsed.kind === 'poisson' ? randomStream(1, 'arrival') : undefined;
  const schedule = new Schedule({ ...options, profile: rateProfile(parsed), gaps });
  const made: number[] = [];
  for (let time = schedule.next(); time >= 0; time = schedule.next()) made.push(time);
  return made;
}

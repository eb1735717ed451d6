import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { corruptions, Distorter } from '../../../src/core/generate/distorter.js';
import { type Distortions, maxRepeatDelay, parseDistortions } from '../../../src/core/generate/distortions.js';
import { SendOrder } from '../../../src/core/generate/send-order.js';

describe('flags', () => {
  test('as typed', () => {
    expect(parseDistortions({ late: '0.1:200ms..30s', repeat: '0.02', discard: '.01', corrupt: '1e-3' })).toEqual({
      late: { share: 0.1, minMs: 200, maxMs: 30_000 },
      repeat: 0.02,
      discard: 0.01,
      corrupt: 0.001,
    });
    expect(parseDistortions({})).toEqual({ repeat: 0, discard: 0, corrupt: 0 });
    expect(parseDistortions({ late: '0' })).toEqual({ repeat: 0, discard: 0, corrupt: 0 });
  });

  test.each([
    [{ late: '0.1' }, '--late: expected SHARE:MIN..MAX, got "0.1"'],
    [{ late: '2:1s..2s' }, '--late: expected a share from 0 to 1, got "2"'],
    [{ late: '0.1:2s..1s' }, '--late: expected MIN at most MAX, got 2s..1s'],
    [{ late: '0.1:2..3' }, '--late: expected SHARE:MIN..MAX with durations, got "0.1:2..3"'],
    [{ late: '' }, '--late: expected SHARE:MIN..MAX, got ""'],
    [{ repeat: '-0.1' }, '--repeat: expected a share from 0 to 1, got "-0.1"'],
    [{ discard: '2%' }, '--discard: expected a share from 0 to 1, got "2%"'],
    [{ corrupt: '' }, '--corrupt: expected a share from 0 to 1, got ""'],
  ])('refuses %j', (flags, message) => {
    expect(() => parseDistortions(flags)).toThrow(message);
  });
});

const all: Distortions = {
  late: { share: 0.1, minMs: 200, maxMs: 30_000 },
  repeat: 0.05,
  discard: 0.03,
  corrupt: 0.02,
};

describe('Distorter', () => {
  test('shares: each kind of what the kinds before it left', () => {
    const count = 200_000;
    const distorter = new Distorter(all, 1, 0);
    const sequences = Array.from({ length: count }, (_, sequence) => sequence);
    const discarded = sequences.filter((sequence) => distorter.isDiscarded(sequence));
    const corrupt = sequences.filter((sequence) => distorter.corruptionOf(sequence));
    const late = sequences.filter((sequence) => distorter.latenessOf(sequence) > 0);
    const repeated = sequences.filter((sequence) => distorter.repeatDelayOf(sequence) > 0);
    const sound = count - discarded.length - corrupt.length;
    expectShare(discarded.length, count, 0.03);
    expectShare(corrupt.length, count - discarded.length, 0.02);
    expectShare(late.length, sound, 0.1);
    expectShare(repeated.length, sound, 0.05);
    const spoilt = new Set([...discarded, ...corrupt]);
    expect(spoilt.size).toBe(discarded.length + corrupt.length);
    expect([...late, ...repeated].some((sequence) => spoilt.has(sequence))).toBe(false);
  });

  test('lateness is uniform between its limits; every way of damaging and every delay occurs', () => {
    const distorter = new Distorter({ ...all, corrupt: 0.5, discard: 0, repeat: 1 }, 5, 2);
    const sequences = Array.from({ length: 50_000 }, (_, sequence) => sequence);
    const lateness = sequences.map((sequence) => distorter.latenessOf(sequence)).filter((ms) => ms > 0);
    expect(Math.min(...lateness)).toBeGreaterThanOrEqual(200);
    expect(Math.max(...lateness)).toBeLessThanOrEqual(30_000);
    expect(lateness.reduce((a, b) => a + b, 0) / lateness.length / 15_100).toBeCloseTo(1, 1);
    const ways = new Set(sequences.map((sequence) => distorter.corruptionOf(sequence)));
    expect(ways).toEqual(new Set([...corruptions, undefined]));
    const delays = new Set(sequences.map((sequence) => distorter.repeatDelayOf(sequence)));
    expect(delays.size).toBe(maxRepeatDelay + 1);
  });

  test('another seed or partition decides otherwise; share 1 takes all', () => {
    const late = (seed: number, partition: number) =>
      Array.from({ length: 200 }, (_, sequence) => new Distorter(all, seed, partition).latenessOf(sequence)).join();
    expect(new Set([late(1, 0), late(2, 0), late(1, 1)]).size).toBe(3);
    expect(late(1, 0)).toBe(late(1, 0));
    const everything = new Distorter({ repeat: 0, discard: 1, corrupt: 1 }, 1, 0);
    expect([everything.isDiscarded(7), everything.corruptionOf(7)]).toEqual([true, undefined]);
  });
});

describe('SendOrder', () => {
  test('is what the definition says, for any shares and any length', () => {
    const share = fc.constantFrom(0, 0.1, 0.5, 1);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 120 }), share, share, fc.integer(), (count, repeat, discard, seed) => {
        const distorter = new Distorter({ repeat, discard, corrupt: 0 }, seed, 0);
        expect(walk(distorter, count)).toEqual(definition(distorter, count));
      }),
    );
  });
});

function walk(distorter: Distorter, count: number): string[] {
  const order = new SendOrder(distorter);
  const steps: string[] = [];
  const more = () => order.sequences < count;
  for (let step = order.step(more); step; step = order.step(more)) steps.push(`${step} ${order.sequence}`);
  return steps;
}

/** Repeats follow the event that lies their delay further on; beyond the end they come last, in the same order. */
function definition(distorter: Distorter, count: number): string[] {
  const steps: string[] = [];
  for (let at = 0; at < count + maxRepeatDelay; at++) {
    if (at < count) steps.push(`${distorter.isDiscarded(at) ? 'discard' : 'send'} ${at}`);
    for (let sequence = Math.max(0, at - maxRepeatDelay); sequence < Math.min(at, count); sequence++)
      if (distorter.repeatDelayOf(sequence) === at - sequence) steps.push(`repeat ${sequence}`);
  }
  return steps;
}

/** Within five standard errors. */
function expectShare(found: number, of: number, share: number): void {
  expect(Math.abs(found - of * share)).toBeLessThan(5 * Math.sqrt(of * share * (1 - share)));
}

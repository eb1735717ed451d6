import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  earliestEnd,
  firstStart,
  granularities,
  lastStart,
  windowsOver,
} from '../../../../src/core/process/window/spans.js';

const span = fc
  .record({ advance: fc.integer({ min: 1, max: 20 }), times: fc.integer({ min: 1, max: 5 }) })
  .map(({ advance, times }) => ({ advance, size: advance * times }));
const time = fc.integer({ min: -500, max: 500 });

/** By trying every multiple of the advance. */
function startsOf({ size, advance }: { size: number; advance: number }, at: number): number[] {
  const starts: number[] = [];
  for (let start = -advance * 1000; start <= at; start += advance) if (at < start + size) starts.push(start);
  return starts;
}

it('finds the first and last window that holds a moment', () => {
  fc.assert(
    fc.property(span, time, (each, at) => {
      const starts = startsOf(each, at);
      expect([firstStart(each, at), lastStart(each, at)]).toEqual([starts[0]! + 0, starts.at(-1)! + 0]);
    }),
  );
});

it('finds the first end of several spans', () => {
  fc.assert(
    fc.property(fc.array(span, { minLength: 1, maxLength: 4 }), time, (spans, at) => {
      expect(earliestEnd(spans, at)).toBe(Math.min(...spans.map((each) => startsOf(each, at)[0]! + each.size)));
    }),
  );
});

it('lists each window over some slices once, in order, whose last moment is in a range', () => {
  fc.assert(
    fc.property(span, fc.array(time, { maxLength: 20 }), time, fc.nat(200), (each, at, after, further) => {
      const slices = [...new Set(at.map((one) => lastStart({ size: 1, advance: each.advance }, one)))].sort(
        (a, b) => a - b,
      );
      const starts = [...new Set(slices.flatMap((slice) => startsOf(each, slice)))].sort((a, b) => a - b);
      const inRange = (from: number, to: number) =>
        starts.filter((start) => start + each.size - 1 > from && start + each.size - 1 <= to).map((start) => start + 0);
      expect([...windowsOver(each, slices, after, after + further)]).toEqual(inRange(after, after + further));
      const all = [...windowsOver(each, slices, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)];
      expect(all).toEqual(inRange(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY));
    }),
  );
});

it('keeps for each span and the larger ones the coarsest slices that fit all of them', () => {
  const spans = [60, 3600, 86_400].map((size) => ({ size, advance: size }));
  expect(granularities(spans)).toEqual([60, 3600, 86_400]);
  expect(
    granularities([
      { size: 30, advance: 10 },
      { size: 45, advance: 15 },
      { size: 60, advance: 60 },
    ]),
  ).toEqual([5, 15, 60]);
});

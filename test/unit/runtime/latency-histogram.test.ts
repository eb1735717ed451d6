import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LatencyHistogram } from '../../../src/core/runtime/latency-histogram.js';

const hour = 3_600_000;
const latencies = fc.array(fc.double({ min: 0.001, max: 10 * hour, noNaN: true }), { minLength: 1, maxLength: 300 });
const percentiles = [1, 50, 90, 95, 99, 99.9, 100];

it('has the exact quantiles within three digits and a microsecond, however the values are dealt to histograms and merged', () => {
  fc.assert(
    fc.property(latencies, fc.integer({ min: 1, max: 5 }), (values, parts) => {
      const histograms = Array.from({ length: parts }, () => new LatencyHistogram());
      for (const [index, ms] of values.entries()) histograms[index % parts]!.record(ms);
      const merged = LatencyHistogram.merge(histograms.map((each) => LatencyHistogram.decode(each.encoded())));
      const sorted = values.toSorted((a, b) => a - b);
      for (const percentile of percentiles) {
        const exact = sorted[Math.max(0, Math.ceil((percentile / 100) * values.length - 1e-9) - 1)]!;
        expect(Math.abs(merged.at(percentile) - exact)).toBeLessThanOrEqual(exact / 1000 + 0.001);
      }
      expect(merged.count).toBe(values.length);
    }),
  );
});

it('counts what is negative or above an hour among the rest, and tells it, also through its text', () => {
  const histogram = new LatencyHistogram();
  histogram.record(-5);
  histogram.record(-1, 2);
  histogram.record(hour + 1);
  histogram.record(20);
  const expected = { count: 5, negative: 3, above: 1, p50: 0 };
  expect(histogram.quantiles()).toMatchObject(expected);
  expect(histogram.encoded()).toMatchObject({ count: 5, negative: 3, above: 1 });
  expect(LatencyHistogram.decode(histogram.encoded()).quantiles()).toMatchObject(expected);
  expect(LatencyHistogram.merge([histogram, histogram]).quantiles()).toMatchObject({
    count: 10,
    negative: 6,
    above: 2,
  });
});

it('is new after a reset', () => {
  const histogram = new LatencyHistogram();
  histogram.record(-1);
  histogram.record(2 * hour);
  histogram.reset();
  histogram.record(7);
  expect(histogram.quantiles()).toMatchObject({ count: 1, p50: 7, max: 7, negative: 0, above: 0 });
});

it('counts what does not exceed a bound, within three digits of the bound', () => {
  fc.assert(
    fc.property(latencies, fc.array(fc.double({ min: 0.01, max: hour, noNaN: true })), (values, bounds) => {
      const histogram = new LatencyHistogram();
      for (const ms of values) histogram.record(ms);
      const ascending = bounds.toSorted((a, b) => a - b);
      const counts = histogram.countsUpTo(ascending);
      for (const [index, bound] of ascending.entries()) {
        const [least, most] = [bound * 0.998 - 0.001, bound * 1.002 + 0.001];
        expect(counts[index]).toBeGreaterThanOrEqual(values.filter((ms) => ms <= least).length);
        expect(counts[index]).toBeLessThanOrEqual(values.filter((ms) => ms <= most).length);
      }
    }),
  );
});

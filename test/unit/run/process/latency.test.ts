import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LatencyRecorder } from '../../../../src/core/run/process/latency.js';
import { batchOf, type Row } from '../../sink/fixture.js';

/** A batch of records with these timestamps. */
function recordsAt(times: readonly number[]) {
  return batchOf(times.map((at) => ({ at }) as Row));
}

it('has the quantiles of what was recorded, within the histogram’s three digits', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10_000_000), { minLength: 1, maxLength: 300 }), (latencies) => {
      const recorder = new LatencyRecorder();
      const now = 1_800_000_000_000;
      recorder.recordRows(
        recordsAt(latencies.map((latency) => now - latency)),
        new Uint8Array(latencies.length),
        0,
        now,
      );
      const { count, p50, p99, max, negative } = recorder.quantiles();
      const sorted = latencies.toSorted((a, b) => a - b);
      const exact = (quantile: number) => sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)]!;
      expect([count, negative]).toEqual([latencies.length, 0]);
      for (const [found, expected] of [
        [p50, exact(0.5)],
        [p99, exact(0.99)],
        [max, exact(1)],
      ] as const)
        expect(Math.abs(found - expected)).toBeLessThanOrEqual(0.1 + expected / 500);
    }),
    { numRuns: 50 },
  );
});

it('counts only the rows with the wanted verdict', () => {
  const recorder = new LatencyRecorder();
  recorder.recordRows(recordsAt([1_000, 2_000, 3_000]), Uint8Array.of(0, 1, 0), 0, 4_000);
  expect(recorder.quantiles()).toMatchObject({ count: 2, max: expect.closeTo(3_000, -1) });
});

it('counts a record from the future as zero, and says so', () => {
  const recorder = new LatencyRecorder();
  recorder.recordRows(recordsAt([5_000, 3_000]), new Uint8Array(2), 0, 4_000);
  expect(recorder.quantiles()).toMatchObject({ count: 2, negative: 1, p50: 0 });
});

it('takes what waited for years', () => {
  const recorder = new LatencyRecorder();
  const year = 31_536_000_000;
  recorder.recordRows(recordsAt([0]), new Uint8Array(1), 0, 20 * year);
  expect(recorder.quantiles().max).toBeGreaterThan(19.9 * year);
});

it('of nothing is zero', () => {
  expect(new LatencyRecorder().quantiles()).toEqual({
    count: 0,
    p50: 0,
    p90: 0,
    p95: 0,
    p99: 0,
    p999: 0,
    max: 0,
    mean: 0,
    negative: 0,
    above: 0,
  });
});

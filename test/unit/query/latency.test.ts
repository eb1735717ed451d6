import fc from 'fast-check';
import { expect, it } from 'vitest';
import { latencyOf } from '../../../src/core/query/latency.js';

it('gives quantiles within a thousandth of the exact ones', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 300 }),
      (values) => {
        const sorted = [...values].sort((a, b) => a - b);
        const latency = latencyOf(values);
        for (const [name, percentile] of [
          ['p50', 50],
          ['p90', 90],
          ['p99', 99],
        ] as const) {
          const exact = sorted[Math.ceil((percentile / 100) * sorted.length) - 1]!;
          expect(Math.abs(latency[name] - exact)).toBeLessThanOrEqual(exact / 500 + 0.001);
        }
        expect(latency.p999).toBeLessThanOrEqual(latency.max);
        expect(latency.count).toBe(values.length);
      },
    ),
  );
});

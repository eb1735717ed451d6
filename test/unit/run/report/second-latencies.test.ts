import fc from 'fast-check';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { expect, it } from 'vitest';
import { SecondLatencies, type SecondLatency } from '../../../../src/core/run/report/second-latencies.js';

/** Stage, intended time, latency: of milliseconds below 500 the histogram keeps each. */
const latency = fc.tuple(fc.constantFrom('ack', 'lag'), fc.nat(5_000), fc.integer({ min: -3, max: 499 }));

it('has every latency once, under the second in which its event was due, however often it is taken', () => {
  fc.assert(
    fc.property(fc.array(fc.array(latency, { maxLength: 30 }), { maxLength: 6 }), (rounds) => {
      const seconds = new SecondLatencies(['ack', 'lag']);
      const expected: string[] = [];
      const taken: SecondLatency[] = [];
      for (const round of rounds) {
        for (const [stage, intended, ms] of round) {
          seconds.record(stage, intended, ms);
          expected.push(`${stage} ${Math.floor(intended / 1000)} ${Math.max(0, ms)}`);
        }
        taken.push(...seconds.take());
      }
      expect(taken.flatMap(valuesOf).sort()).toEqual(expected.sort());
      const negative = rounds.flat().filter(([, , ms]) => ms < 0).length;
      expect(taken.reduce((sum, each) => sum + each.negative, 0)).toBe(negative);
      expect(taken.reduce((sum, each) => sum + each.count, 0)).toBe(expected.length);
    }),
  );
});

it('takes several of one latency at once', () => {
  const seconds = new SecondLatencies(['ack']);
  seconds.record('ack', 1_999, 7, 3);
  expect(seconds.take().flatMap(valuesOf)).toEqual(['ack 1 7', 'ack 1 7', 'ack 1 7']);
  expect(seconds.take()).toEqual([]);
});

/** What a reader with the library alone finds in it. */
function valuesOf({ stage, second, count, hdr }: SecondLatency): string[] {
  const histogram = decodeFromCompressedBase64(hdr, 32, false);
  expect(histogram.totalCount).toBe(count);
  return Array.from({ length: count }, (_, rank) => {
    const us = histogram.getValueAtPercentile((100 * (rank + 0.5)) / count);
    return `${stage} ${second} ${Math.round(us / 1_000)}`;
  });
}

import { describe, expect, test } from 'vitest';
import { partitionOf } from '../../../src/core/generate/partitioner.js';
import { maxNominalRate, scheduleOf } from '../../../src/core/generate/workload.js';
import { PipeError } from '../../../src/core/runtime/errors.js';
import { allEvents, shippedWorkload } from '../domain/fixtures.js';

describe('planWorkload', () => {
  test("keys go where Kafka's partitioner sends them, and shares are the sums of their weights", () => {
    const { partitions, plan } = shippedWorkload('ecommerce', { skew: { kind: 'zipf', exponent: 1.1 }, count: 10 });
    expect(partitions).toHaveLength(plan.partitions);
    expect(partitions.flatMap(({ keys }) => keys)).toHaveLength(400);
    for (const { partition, keys } of partitions)
      expect(keys.every((key) => partitionOf(key, plan.partitions) === partition)).toBe(true);
    const sums = partitions.map(({ weights }) => weights.reduce((a, b) => a + b, 0));
    const total = sums.reduce((a, b) => a + b, 0);
    for (const { partition, share } of partitions) expect(share).toBeCloseTo(sums[partition]! / total, 12);
    expect(partitions.find(({ keys }) => keys.includes('user_000001'))!.share).toBeGreaterThan(0.25);
  });

  test('a count is exact, and so is a duration unless arrivals are random', () => {
    const made = (options: Parameters<typeof shippedWorkload>[1]) => {
      const workload = shippedWorkload('iot', options);
      return { planned: workload.events, made: allEvents(workload).length };
    };
    expect(made({ count: 1_001 })).toEqual({ planned: 1_001, made: 1_001 });
    expect(made({ count: 1_001, arrival: { kind: 'poisson' } })).toEqual({ planned: 1_001, made: 1_001 });
    expect(made({ count: 0 })).toEqual({ planned: 0, made: 0 });
    expect(made({ rate: 333.3, durationMs: 3_000 })).toEqual({ planned: 1_000, made: 1_000 });
    const diurnal = { kind: 'diurnal', amplitude: 0.9, periodMs: 7_000 } as const;
    expect(made({ rate: 500, durationMs: 3_000, arrival: diurnal })).toEqual({ planned: 1_500, made: 1_500 });
    const poisson = made({ rate: 1_000, durationMs: 4_000, arrival: { kind: 'poisson' } });
    expect(poisson.planned).toBeUndefined();
    expect(Math.abs(poisson.made - 4_000)).toBeLessThan(5 * Math.sqrt(4_000));
  });

  test('the rate over all partitions is the one asked for, whatever their shares', () => {
    const skewed = { skew: { kind: 'zipf', exponent: 1.5 }, rate: 2_000, count: 4_000 } as const;
    const times = allEvents(shippedWorkload('iot', skewed)).map((event) => event.at);
    const span = Math.max(...times) - Math.min(...times);
    expect(span).toBeGreaterThan(1_980);
    expect(span).toBeLessThanOrEqual(2_001);
  });

  test('rate max: times advance at the nominal rate, and a duration bounds nothing here', () => {
    const workload = shippedWorkload('iot', { rate: 'max', durationMs: 1 });
    expect(workload.events).toBeUndefined();
    const schedule = scheduleOf(workload, 0);
    const perMs = (maxNominalRate * workload.partitions[0]!.share) / 1000;
    const times = Array.from({ length: 1_000 }, () => schedule.next());
    expect(times.at(-1)).toBeCloseTo(999 / perMs, 6);
  });

  test('a partition without keys makes nothing', () => {
    const metadata = { devices: [{ device_id: 'only', kind: 'flow', nominal_min: 1, nominal_max: 2 }] };
    const workload = shippedWorkload('iot', { metadata, count: 50 });
    const owner = partitionOf('only', workload.plan.partitions);
    expect(workload.partitions.map(({ events }) => events)).toEqual([0, 1, 2, 3].map((p) => (p === owner ? 50 : 0)));
    expect(allEvents(workload).every((event) => event.partition === owner && event.key === 'only')).toBe(true);
  });

  test.each([
    [{ rate: 0 }, '--rate: expected events per second above 0, or max, got 0'],
    [{ rate: Number.NaN }, '--rate: expected'],
    [{ count: 1, durationMs: 1 }, '--count and --duration: expected one of them, got both'],
    [{ count: 1.5 }, '--count: expected a whole number, got 1.5'],
    [{ durationMs: -1 }, '--duration: expected 0 or more, got -1 ms'],
    [{ metadata: {} }, 'iot.devices has no rows'],
  ])('refuses %j', (options, message) => {
    expect(() => shippedWorkload('iot', options)).toThrow(PipeError);
    expect(() => shippedWorkload('iot', options)).toThrow(message);
  });
});

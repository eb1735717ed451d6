import { describe, expect, test } from 'vitest';
import { DrawAt } from '../../../src/core/generate/draw-at.js';
import { randomStream, Xoshiro128 } from '../../../src/core/generate/random.js';
import { fnv1a64, seedWords, splitmix64 } from '../../../src/core/generate/seeding.js';

describe('xoshiro128**', () => {
  test('gives the published sequence for the state 1, 2, 3, 4 (rand_xoshiro, taken from the reference code)', () => {
    const random = new Xoshiro128([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, () => random.uint32())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  test('is seeded by splitmix64 and FNV-1a as published', () => {
    const next = splitmix64(1234567n);
    expect([next(), next(), next()]).toEqual([6457827717110365317n, 3203168211198807973n, 9817491932198370423n]);
    expect(fnv1a64('')).toBe(0xcbf29ce484222325n);
    expect(fnv1a64('foobar')).toBe(0x85944171f73967e8n);
  });

  test('streams differ by seed, label and partition, and repeat', () => {
    const draws = (seed: string | number, label: string, partition: number) => {
      const random = randomStream(seed, label, partition);
      return Array.from({ length: 20 }, () => random.uint32()).join();
    };
    const streams = [draws(1, 'a', 0), draws(2, 'a', 0), draws(1, 'b', 0), draws(1, 'a', 1), draws('1x', 'a', 0)];
    expect(new Set(streams).size).toBe(streams.length);
    expect(draws(1, 'a', 0)).toBe(streams[0]);
    expect(seedWords('1/a/0').some((word) => word !== 0)).toBe(true);
  });

  test('int is uniform, for small and large bounds', () => {
    const random = randomStream(1, 'test');
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[random.int(10)]! += 1;
    // Chi-square with 9 degrees of freedom: above 33.7 in one of 10,000 fair sequences.
    expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(33.7);
    const large = Array.from({ length: 10_000 }, () => random.int(2 ** 32));
    expect(large.every((value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32)).toBe(true);
    expect(large.filter((value) => value >= 2 ** 31).length / 10_000).toBeCloseTo(0.5, 1);
  });

  test('float fills [0, 1), normal and exponential have their moments', () => {
    const random = randomStream(7, 'test');
    const count = 200_000;
    const floats = Array.from({ length: count }, () => random.float());
    expect(floats.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(mean(floats)).toBeCloseTo(0.5, 2);
    const normals = Array.from({ length: count }, () => random.normal());
    expect(mean(normals)).toBeCloseTo(0, 1);
    expect(mean(normals.map((value) => value ** 2))).toBeCloseTo(1, 1);
    expect(normals.filter((value) => Math.abs(value) < 1.96).length / count).toBeCloseTo(0.95, 2);
    const exponentials = Array.from({ length: count }, () => random.exponential());
    expect(mean(exponentials)).toBeCloseTo(1, 1);
    expect(exponentials.filter((value) => value > 1).length / count).toBeCloseTo(Math.exp(-1), 2);
  });

  test('chance is never at 0 and always at 1; picking from nothing is an error', () => {
    const random = randomStream(1, 'test');
    for (let i = 0; i < 1000; i++) expect([random.chance(0), random.chance(1)]).toEqual([false, true]);
    expect(() => random.pick([])).toThrow('nothing to pick');
  });
});

describe('DrawAt', () => {
  test('is a function of the position, whatever was asked before', () => {
    const forwards = new DrawAt(1, 'late', 3);
    const backwards = new DrawAt(1, 'late', 3);
    const positions = [0, 1, 2, 1000, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 48 - 1];
    const drawn = positions.map((at) => forwards.uint32(at));
    expect([...positions].reverse().map((at) => backwards.uint32(at))).toEqual([...drawn].reverse());
    expect(new Set(drawn).size).toBe(positions.length);
  });

  test('neighbouring positions and neighbouring partitions are independent', () => {
    const count = 100_000;
    const [a, b] = [new DrawAt(1, 'late', 0), new DrawAt(1, 'late', 1)];
    let both = 0;
    let next = 0;
    for (let at = 0; at < count; at++) {
      if (a.chance(at, 0.1) && b.chance(at, 0.1)) both++;
      if (a.chance(at, 0.1) && a.chance(at + 1, 0.1)) next++;
    }
    expect(both / count).toBeCloseTo(0.01, 2);
    expect(next / count).toBeCloseTo(0.01, 2);
  });

  test('between covers its range, both ends included', () => {
    const draw = new DrawAt('seed', 'x', 0);
    const seen = new Set(Array.from({ length: 1000 }, (_, at) => draw.between(at, 3, 7)));
    expect([...seen].sort()).toEqual([3, 4, 5, 6, 7]);
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

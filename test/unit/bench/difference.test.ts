import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { differencesOf, holm, type Pair, type Sample } from '../../../src/core/bench/compare/difference.js';
import { criticalT, twoSidedP } from '../../../src/core/bench/compare/student.js';
import { type Random, randomStream } from '../../../src/core/generate/random.js';

describe('Student’s distribution', () => {
  // From printed tables.
  test.each([
    [1, 0.05, 12.706],
    [4, 0.01, 4.604],
    [10, 0.05, 2.228],
    [30, 0.001, 3.646],
    [1e6, 0.05, 1.96],
  ])('with %d degrees of freedom is exceeded with %f at %f', (df, p, t) => {
    expect(criticalT(p, df)).toBeCloseTo(t, 2);
    expect(twoSidedP(t, df)).toBeCloseTo(p, 3);
  });

  it('with one or two degrees of freedom has its closed form', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (t) => {
        expect(twoSidedP(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(Math.abs(t)), 7);
        expect(twoSidedP(t, 2)).toBeCloseTo(1 - Math.abs(t) / Math.sqrt(2 + t * t), 7);
      }),
    );
  });
});

test('Holm’s procedure stops at the first that does not hold', () => {
  expect(holm([0.01, 0.04, 0.03, 0.005], 0.05)).toEqual([true, false, false, true]);
  expect(holm([0.04, 0.02], 0.05)).toEqual([true, true]);
  expect(holm([], 0.05)).toEqual([]);
});

/** Units whose logarithms follow an AR(1) process around a level of their run. */
function sampleOf(
  random: Random,
  shape: { units: number; runs?: number; noise: number; correlation: number; level?: number; runNoise?: number },
): Sample {
  const { units, runs = 1, noise, correlation, level = 0, runNoise = 0 } = shape;
  const made = Array.from({ length: runs }, () => {
    const own = level + runNoise * random.normal();
    let wander = noise * random.normal();
    return Array.from({ length: units }, () => {
      wander = correlation * wander + Math.sqrt(1 - correlation ** 2) * noise * random.normal();
      return Math.exp(own + wander);
    });
  });
  const logs = made.flat().map(Math.log);
  return { value: Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length), units: made };
}

/** Of so many comparisons of nine metrics, the share in which a difference is called in any. */
function called(pairs: number, margin: number, make: (random: Random) => Pair): number {
  const random = randomStream(20_26, 'comparisons');
  let count = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const differences = differencesOf(
      Array.from({ length: 9 }, () => make(random)),
      margin,
    );
    if (
      holm(
        differences.map(({ p }) => p),
        0.05,
      ).includes(true)
    )
      count++;
  }
  return count / pairs;
}

describe('of two alike', () => {
  test.each([
    { units: 10, noise: 0.05, correlation: 0 },
    { units: 10, noise: 0.08, correlation: 0.3 },
    { units: 10, noise: 0.08, correlation: 0.7 },
    { units: 10, noise: 0.2, correlation: 0.5 },
    { units: 10, noise: 0.3, correlation: 0.85 },
    { units: 30, noise: 0.15, correlation: 0.6 },
  ])('%j, at most one in twenty is called different within single runs', (shape) => {
    expect(
      called(1000, 0.05, (random) => ({ a: sampleOf(random, shape), b: sampleOf(random, shape) })),
    ).toBeLessThanOrEqual(0.05);
  });

  test.each([
    { units: 1, runs: 3, noise: 0.1, correlation: 0 },
    { units: 1, runs: 5, noise: 0.05, correlation: 0, runNoise: 0.1 },
    { units: 1, runs: 10, noise: 0.3, correlation: 0 },
  ])('%j, at most one in twenty between sets of runs', (shape) => {
    expect(
      called(1000, 0.01, (random) => ({ a: sampleOf(random, shape), b: sampleOf(random, shape) })),
    ).toBeLessThanOrEqual(0.06);
  });
});

describe('a true difference of 15 %', () => {
  const slower = Math.log(1.15);
  test.each([
    ['in single runs of ten calm seconds', 0.05, { units: 10, noise: 0.03, correlation: 0.2 }],
    ['in single runs of a minute', 0.05, { units: 30, noise: 0.06, correlation: 0.2 }],
    ['between five runs and five', 0.01, { units: 1, runs: 5, noise: 0.03, correlation: 0 }],
    ['between ten runs and ten that differ by 5 %', 0.01, { units: 1, runs: 10, noise: 0.05, correlation: 0 }],
  ] as const)('is found %s', (_, margin, shape) => {
    const found = called(200, margin, (random) => ({
      a: sampleOf(random, shape),
      b: sampleOf(random, { ...shape, level: slower }),
    }));
    expect(found).toBeGreaterThan(0.95);
  });
});

it('95 of 100 intervals hold the true change', () => {
  const random = randomStream(1, 'coverage');
  const pairs = 2000;
  let held = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const shape = { units: 20, noise: 0.1, correlation: 0 };
    const { interval } = differencesOf(
      [{ a: sampleOf(random, shape), b: sampleOf(random, { ...shape, level: 0.2 }) }],
      0.05,
    )[0]!;
    if (interval[0] <= Math.expm1(0.2) && Math.expm1(0.2) <= interval[1]) held++;
  }
  // Correlation is estimated and never below 0, so that intervals of independent units are a little wide.
  expect(held / pairs).toBeGreaterThan(0.94);
  expect(held / pairs).toBeLessThan(0.995);
});

it('turns round with the sides, and does not depend on the unit of measure', () => {
  const positive = fc.double({ min: 0.5, max: 50, noNaN: true });
  const sample = fc
    .array(positive, { minLength: 5, maxLength: 12 })
    .map((units) => ({ value: units[2]!, units: [units] }));
  fc.assert(
    fc.property(sample, sample, fc.double({ min: 0.01, max: 1000, noNaN: true }), (a, b, unit) => {
      const scaled = ({ value, units }: Sample) => ({
        value: value * unit,
        units: units.map((run) => run.map((each) => each * unit)),
      });
      const [forth] = differencesOf([{ a, b }], 0.05);
      const [back] = differencesOf([{ a: b, b: a }], 0.05);
      const [other] = differencesOf([{ a: scaled(a), b: scaled(b) }], 0.05);
      expect(back!.p).toBeCloseTo(forth!.p, 9);
      expect((1 + back!.change) * (1 + forth!.change)).toBeCloseTo(1, 9);
      expect(other!.p).toBeCloseTo(forth!.p, 6);
      expect(other!.change).toBeCloseTo(forth!.change, 6);
    }),
  );
});

it('what never varies differs as soon as it is beyond the margin', () => {
  const constant = (value: number): Sample => ({ value, units: [[value, value, value, value, value]] });
  const [within, beyond] = differencesOf(
    [
      { a: constant(10_000), b: constant(10_400) },
      { a: constant(10_000), b: constant(9_000) },
    ],
    0.05,
  );
  expect(within).toMatchObject({ p: 1, change: expect.closeTo(0.04) });
  expect(beyond).toMatchObject({
    p: 0,
    change: expect.closeTo(-0.1),
    interval: [expect.closeTo(-0.1), expect.closeTo(-0.1)],
  });
});

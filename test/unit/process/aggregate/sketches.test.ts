import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogarithmicBins } from '../../../../src/core/process/aggregate/logarithmic-bins.js';
import { relativeAccuracy } from '../../../../src/core/process/aggregate/quantile.js';
import { Dictionary } from '../../../../src/core/process/dictionary.js';
import { aggregateOf, dealt, type Fed, feed, fresh, groups, merged, valuesOf } from './harness.js';

const quantiles = [0, 0.01, 0.25, 0.5, 0.9, 0.99, 1];
const fedOf = (values: readonly number[]): Fed[] =>
  values.map((value, offset) => ({ group: 0, value, time: 0, partition: 0, offset }));

describe('a quantile', () => {
  /** 5000 values each, through DDSketch of @datadog/sketches-js 2.1.1 at its accuracy of 0.01. */
  it.each([
    [
      'uniform',
      (i: number) => ((i * 7919) % 1000) + 1,
      [0.99, 10.0746966895, 252.177786789, 497.779401456, 907.031347374, 982.577948947, 1002.42800852],
    ],
    [
      'fractions',
      (i: number) => 1 / (((i * 7919) % 500) + 1),
      [0.00200872112642, 0.00200872112642, 0.00265782361476, 0.00396505978076, 0.0196401171666, 0.166941859691, 0.99],
    ],
    [
      'wide',
      (i: number) => 1.01 ** ((i * 7919) % 3000),
      [0.99, 1.33637358397, 1720.20430673, 3049376.47735, 467584406439, 6820371487470, 9206630594670],
    ],
    [
      'of both signs',
      (i: number) => ((i * 7919) % 201) - 100,
      [-100.494567709, -98.5045762688, -49.9029609491, 0, 80.6481882215, 98.5045762688, 100.494567709],
    ],
    [
      'cents',
      (i: number) => (((i * 7919) % 99991) + 1) / 100,
      [0.00994979154395, 9.67964927496, 252.177786789, 497.779401456, 907.031347374, 982.577948947, 1002.42800852],
    ],
  ] as const)('is what the library gives: %s', (_, item, expected) => {
    const fed = fedOf(Array.from({ length: 5000 }, (_, index) => item(index)));
    quantiles.forEach((quantile, index) => {
      const result = feed(fresh(aggregateOf('quantile', 'float', 0, quantile)), fed).result(0) as number;
      expect(Math.abs(result - expected[index]!)).toBeLessThanOrEqual(1e-10 * Math.abs(expected[index]!));
    });
  });

  it('is within 1 % of the value at its rank, merged from any parts', () => {
    const value = fc.oneof(
      fc.double({ min: -1e9, max: 1e9, noNaN: true }),
      fc.integer({ min: -5, max: 5 }),
      fc.double({ min: 1e-9, max: 1e-3, noNaN: true }),
    );
    fc.assert(
      fc.property(dealt(value), fc.constantFrom(...quantiles), (parts, quantile) => {
        merged(aggregateOf('quantile', 'float', 0, quantile), parts).forEach((result, group) => {
          const values = valuesOf(parts, group).sort((a, b) => a - b);
          if (values.length === 0) {
            expect(result).toBeNull();
            return;
          }
          const exact = values[Math.floor(quantile * (values.length - 1))]!;
          expect(Math.abs((result as number) - exact)).toBeLessThanOrEqual(
            relativeAccuracy * Math.abs(exact) * (1 + 1e-9) + 2 ** -1022,
          );
        });
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on how the values were dealt out', () => {
    fc.assert(
      fc.property(dealt(fc.double({ noNaN: true })), (parts) => {
        const aggregate = aggregateOf('quantile', 'float', 0, 0.7);
        expect(merged(aggregate, [...parts].reverse())).toEqual(merged(aggregate, [parts.flat()]));
      }),
    );
  });

  it('of decimals comes in units', () => {
    expect(feed(fresh(aggregateOf('quantile', 'decimal', 2, 0.5)), fedOf([1999])).result(0)).toBeCloseTo(19.99, 0);
  });

  it('keeps zeros, infinities and the smallest doubles in bins of their own order', () => {
    const bins = new LogarithmicBins(0.01);
    const ascending = [Number.NEGATIVE_INFINITY, -1e308, -1, -1e-300, 0, 1e-300, 1, 1e308].map((value) =>
      bins.binOf(value),
    );
    expect([...ascending].sort((a, b) => a - b)).toEqual(ascending);
    expect(bins.binOf(Number.MIN_VALUE)).toBe(bins.binOf(0));
    expect(bins.binOf(Number.POSITIVE_INFINITY)).toBe(bins.binOf(Number.MAX_VALUE));
  });
});

describe('an approximate distinct count', () => {
  const aggregate = aggregateOf('approx_count_distinct', 'int');

  it.each([0, 1, 10, 100, 500, 520, 1000, 5000, 20_000, 100_000])(
    'of %i values is within four standard errors',
    (count) => {
      const values = Array.from({ length: count }, (_, index) => index * 17 + 3);
      const estimate = feed(fresh(aggregate), fedOf(values)).result(0) as number;
      expect(Math.abs(estimate - count)).toBeLessThanOrEqual(Math.max(1, 4 * 0.01625 * count));
    },
  );

  it('is unbiased: the mean error of 40 sets of 3000 is far below one standard error', () => {
    let error = 0;
    for (let set = 0; set < 40; set++) {
      const values = Array.from({ length: 3000 }, (_, index) => set * 1e6 + index);
      error += ((feed(fresh(aggregate), fedOf(values)).result(0) as number) - 3000) / 3000 / 40;
    }
    expect(Math.abs(error)).toBeLessThan(0.01);
  });

  it('counts repeats once, and does not depend on how values were dealt out', () => {
    fc.assert(
      fc.property(dealt(fc.nat(30)), (parts) => {
        const whole = merged(aggregate, [parts.flat(), parts.flat()]);
        expect(merged(aggregate, [...parts].reverse())).toEqual(whole);
        whole.forEach((estimate, group) => {
          expect(Math.abs((estimate as number) - new Set(valuesOf(parts, group)).size)).toBeLessThanOrEqual(1);
        });
      }),
    );
  });

  it('merges groups with few registers into groups with many, both ways', () => {
    const many = fedOf(Array.from({ length: 4000 }, (_, index) => index));
    const few = fedOf(Array.from({ length: 50 }, (_, index) => 3990 + index));
    const expected = merged(aggregate, [[...many, ...few]]);
    expect(merged(aggregate, [many, few])).toEqual(expected);
    expect(merged(aggregate, [few, many])).toEqual(expected);
  });

  it('hashes strings by text: ids of two dictionaries give the same sketch', () => {
    const strings = aggregateOf('approx_count_distinct', 'string');
    const texts = Array.from({ length: 2000 }, (_, index) => `user ${index}`);
    const estimates = [texts, [...texts].reverse()].map((order) => {
      const dictionary = new Dictionary();
      return merged(strings, [fedOf(order.map((text) => dictionary.idOf(text)))], dictionary);
    });
    expect(estimates[0]).toEqual(estimates[1]);
    expect(estimates[0]!.length).toBe(groups);
  });
});

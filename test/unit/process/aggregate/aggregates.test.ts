import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregateTypes } from '../../../../src/core/process/aggregate/registry.js';
import { Dictionary } from '../../../../src/core/process/dictionary.js';
import { aggregateOf, dealt, type Fed, feed, fresh, groups, merged, reread, valuesOf } from './harness.js';

const everyGroup = Array.from({ length: groups }, (_, group) => group);
const small = fc.integer({ min: -20, max: 20 });

describe('counts', () => {
  it('add up', () => {
    fc.assert(
      fc.property(dealt(small), (parts) => {
        const expected = everyGroup.map((group) => parts.flat().filter((each) => each.group === group).length);
        expect(merged(aggregateOf('count', 'int'), parts)).toEqual(expected);
      }),
    );
  });
});

describe('sums of ints and decimals', () => {
  const whole = fc.oneof(
    small,
    fc.maxSafeInteger(),
    fc.constantFrom(2 ** 52, -(2 ** 52), 2 ** 53 - 1, 1 - 2 ** 53, 2 ** 60),
  );

  it('are exact beyond 2^53, as bigint there, however they are dealt out', () => {
    fc.assert(
      fc.property(dealt(whole), (parts) => {
        const expected = everyGroup.map((group) => {
          const values = valuesOf(parts, group);
          if (values.length === 0) return null;
          const sum = values.reduce((a, b) => a + BigInt(b), 0n);
          return Number.isSafeInteger(Number(sum)) ? Number(sum) : sum;
        });
        expect(merged(aggregateOf('sum', 'decimal', 2), parts)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('come back to what they were when large values cancel out', () => {
    const parts = [9e15, 9e15, 9e15, 1, -9e15, -9e15, -9e15].map((value, offset) => [
      { group: 0, value, time: 0, partition: 0, offset },
    ]);
    expect(merged(aggregateOf('sum', 'int'), parts)).toEqual([1, null, null]);
  });
});

describe('sums of floats', () => {
  it('are within 1e-9 of each other in every order, where plain addition is not', () => {
    const values = Array.from({ length: 2000 }, (_, index) => (index % 3 === 0 ? 1e10 : 1e-3) * (1 + index / 7));
    const fed = values.map((value, offset): Fed => ({ group: 0, value, time: 0, partition: 0, offset }));
    const state = feed(fresh(aggregateOf('sum', 'float')), [
      ...fed,
      ...fed.map((each) => ({ ...each, value: -each.value })).reverse(),
      { ...fed[1]!, value: 0.5 },
    ]);
    expect(state.result(0)).toBeCloseTo(0.5, 6);
    const forward = merged(aggregateOf('sum', 'float'), [fed])[0] as number;
    const backward = merged(aggregateOf('sum', 'float'), fed.map((each) => [each]).reverse())[0] as number;
    expect(Math.abs(forward - backward) / forward).toBeLessThan(1e-15);
  });

  it('say infinity beyond the largest double, not NaN', () => {
    const fed = [1e308, 1e308, 1e308].map((value, offset): Fed => ({ group: 0, value, time: 0, partition: 0, offset }));
    expect(merged(aggregateOf('sum', 'float'), [fed])).toEqual([Number.POSITIVE_INFINITY, null, null]);
  });
});

describe('averages', () => {
  it('are floats of the values that are not null, in units and not in scaled integers', () => {
    fc.assert(
      fc.property(dealt(small), (parts) => {
        merged(aggregateOf('avg', 'decimal', 2), parts).forEach((average, group) => {
          const values = valuesOf(parts, group);
          if (values.length === 0) expect(average).toBeNull();
          else expect(average).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length / 100, 12);
        });
      }),
    );
  });
});

describe('minimum and maximum', () => {
  it('are those of the values that are not null; null without any', () => {
    fc.assert(
      fc.property(dealt(fc.oneof(small, fc.double({ noNaN: true }))), (parts) => {
        const of = (pick: (...values: number[]) => number) =>
          everyGroup.map((group) => {
            const values = valuesOf(parts, group);
            return values.length === 0 ? null : pick(...values) + 0;
          });
        expect(merged(aggregateOf('min', 'float'), parts)).toEqual(of(Math.min));
        expect(merged(aggregateOf('max', 'float'), parts)).toEqual(of(Math.max));
      }),
    );
  });
});

describe('exact distinct counts', () => {
  it('count numbers once in all parts; 0 and -0 are one, nulls none', () => {
    fc.assert(
      fc.property(dealt(fc.oneof(small, fc.constant(-0), fc.constantFrom(0.5, 2 ** 40, 2 ** 32))), (parts) => {
        const expected = everyGroup.map((group) => new Set(valuesOf(parts, group)).size);
        expect(merged(aggregateOf('count_distinct', 'float'), parts)).toEqual(expected);
      }),
    );
  });

  it('count strings by text, whatever ids the workers gave them', () => {
    const aggregate = aggregateOf('count_distinct', 'string');
    const [one, other, whole] = [new Dictionary(), new Dictionary(), new Dictionary()];
    const fill = (dictionary: Dictionary, texts: string[]) => {
      const fed = texts.map(
        (text, offset): Fed => ({ group: 0, value: dictionary.idOf(text), time: 0, partition: 0, offset }),
      );
      return reread(aggregate, feed(fresh(aggregate, dictionary), fed), whole);
    };
    const state = fresh(aggregate, whole);
    for (const part of [fill(one, ['a', 'b', 'a']), fill(other, ['c', 'b', 'é'])])
      state.merge(part, Int32Array.of(0), Int32Array.of(1), 1);
    expect([state.result(0), state.result(1)]).toEqual([0, 4]);
  });
});

describe('first and last', () => {
  it('go by event time, then partition, then offset, never by arrival; nulls are passed over', () => {
    fc.assert(
      fc.property(dealt(small), (parts) => {
        const expected = everyGroup.map((group) => {
          const all = parts.flat().filter((each) => each.group === group && !Number.isNaN(each.value));
          all.sort((a, b) => a.time - b.time || a.partition - b.partition || a.offset - b.offset);
          return [all[0]?.value ?? null, all.at(-1)?.value ?? null];
        });
        expect(merged(aggregateOf('first', 'int'), parts)).toEqual(expected.map(([first]) => first));
        expect(merged(aggregateOf('last', 'int'), parts)).toEqual(expected.map(([, last]) => last));
      }),
      { numRuns: 300 },
    );
  });

  it('give strings as text', () => {
    const dictionary = new Dictionary();
    const fed = ['b', 'a'].map(
      (text, offset): Fed => ({ group: 1, value: dictionary.idOf(text), time: 0, partition: 0, offset }),
    );
    expect(merged(aggregateOf('first', 'string'), [fed], dictionary)).toEqual([null, 'b', null]);
    expect(merged(aggregateOf('last', 'string'), [fed], dictionary)).toEqual([null, 'a', null]);
  });
});

it('every function that the registry lists has a file, and every file of a function is listed', () => {
  const folder = new URL('../../../../src/core/process/aggregate/', import.meta.url);
  const parts = [
    'state',
    'registry',
    'sums',
    'averaged-sums',
    'exact-sums',
    'float-sums',
    'extremes',
    'ordered',
    'hyperloglog',
    'logarithmic-bins',
  ];
  const files = readdirSync(folder)
    .map((name) => name.replace('.ts', ''))
    .filter((name) => !parts.includes(name));
  expect(files.sort()).toEqual(
    Object.keys(aggregateTypes)
      .map((name) => name.replaceAll('_', '-'))
      .sort(),
  );
});

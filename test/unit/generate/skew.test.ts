import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AliasTable } from '../../../src/core/generate/alias.js';
import { randomStream } from '../../../src/core/generate/random.js';
import { parseSkew, skewWeights } from '../../../src/core/generate/skew.js';

describe('--skew', () => {
  test('none weighs all keys alike, zipf by rank', () => {
    expect([...skewWeights(parseSkew('none'), 3)]).toEqual([1, 1, 1]);
    const weights = skewWeights(parseSkew('zipf:1.1'), 4);
    for (const [index, weight] of weights.entries()) expect(weight).toBeCloseTo((index + 1) ** -1.1, 12);
  });

  test.each(['zipf', 'zipf:', 'zipf:0', 'zipf:-1', 'zipf:11', 'zipf:x', 'Zipf:1', ''])('refuses "%s"', (text) => {
    expect(() => parseSkew(text)).toThrow(/--skew: expected none or zipf:EXPONENT .* got "/);
  });
});

describe('AliasTable', () => {
  test("draws by Zipf's law: each rank's frequency is the exact one within five standard errors", () => {
    const [keys, draws] = [50, 200_000];
    const weights = skewWeights({ kind: 'zipf', exponent: 1.1 }, keys);
    const sum = weights.reduce((a, b) => a + b, 0);
    const table = new AliasTable(weights);
    const random = randomStream(3, 'zipf');
    const counts = new Array<number>(keys).fill(0);
    for (let i = 0; i < draws; i++) counts[table.draw(random)]! += 1;
    for (const [rank, count] of counts.entries()) {
      const share = weights[rank]! / sum;
      const error = Math.sqrt(draws * share * (1 - share));
      expect(Math.abs(count - draws * share)).toBeLessThan(5 * error);
    }
  });

  test('any weights: what has none is never drawn, and the expected frequencies add up to the weights', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        weights.filter((list) => list.some((weight) => weight > 0)),
        (list) => {
          const table = new AliasTable(list);
          // A grid over [0, 1) instead of randomness: the table's own probabilities, up to the grid's step.
          const steps = 60 * list.length;
          const counts = new Array<number>(list.length).fill(0);
          for (let i = 0; i < steps; i++) {
            const float = (i + 0.5) / steps;
            counts[table.draw({ ...randomStream(0, ''), float: () => float } as never)]! += 1;
          }
          const sum = list.reduce((a, b) => a + b, 0);
          for (const [index, weight] of list.entries()) {
            const expected = (steps * weight) / sum;
            expect(Math.abs(counts[index]! - expected)).toBeLessThanOrEqual(list.length + 1);
            if (weight === 0) expect(counts[index]).toBe(0);
          }
        },
      ),
    );
  });

  test.each([[[]], [[0, 0]], [[1, -1]], [[1, Number.NaN]], [[Number.POSITIVE_INFINITY]]])('refuses %j', (weights) => {
    expect(() => new AliasTable(weights)).toThrow('weights: expected');
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apportion } from '../../../src/core/generate/apportion.js';

test('largest remainders first, ties to the lower index', () => {
  expect(apportion(10, [1, 1, 1])).toEqual([4, 3, 3]);
  expect(apportion(7, [0.5, 0, 0.5])).toEqual([4, 0, 3]);
  expect(apportion(0, [1, 2])).toEqual([0, 0]);
  expect(() => apportion(1, [0, 0])).toThrow('above 0');
});

test('parts sum to the total, each within one of its share, and without a share there is none', () => {
  const shares = fc
    .array(fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 100, noNaN: true })), { minLength: 1, maxLength: 40 })
    .filter((list) => list.some((share) => share > 0));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), shares, (total, list) => {
      const parts = apportion(total, list);
      const sum = list.reduce((a, b) => a + b, 0);
      expect(parts.reduce((a, b) => a + b, 0)).toBe(total);
      for (const [index, part] of parts.entries()) {
        expect(Math.abs(part - (total * list[index]!) / sum)).toBeLessThan(1 + 1e-6);
        if (list[index] === 0) expect(part).toBe(0);
      }
    }),
  );
});

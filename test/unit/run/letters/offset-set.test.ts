import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OffsetSet } from '../../../../src/core/run/letters/offset-set.js';

/** Crowded in few chunks, so that lists turn into bitmaps, and far apart, beyond 2^32. */
const offsets = fc.oneof(fc.nat(300), fc.integer({ min: 65_400, max: 65_700 }), fc.maxSafeNat());

it('is a set, in whatever order offsets come', () => {
  fc.assert(
    fc.property(fc.array(offsets, { maxLength: 400 }), (added) => {
      const set = new OffsetSet();
      const oracle = new Set<number>();
      for (const offset of added) {
        expect(set.add(offset)).toBe(!oracle.has(offset));
        oracle.add(offset);
      }
      expect(set.size).toBe(oracle.size);
      for (const offset of [...added, ...added.map((one) => one + 1)]) expect(set.has(offset)).toBe(oracle.has(offset));
    }),
  );
});

it.each([
  ['ascending', (index: number) => index * 3],
  ['descending', (index: number) => (39_999 - index) * 3],
  ['scattered', (index: number) => ((index * 7_919) % 40_000) * 3],
])('holds more of a chunk than a list does, %s', (_, offsetAt) => {
  const set = new OffsetSet();
  const added = Array.from({ length: 40_000 }, (_each, index) => set.add(offsetAt(index)));
  expect(added.every((isNew) => isNew)).toBe(true);
  expect(added.some((_each, index) => set.add(offsetAt(index)))).toBe(false);
  expect(set.size).toBe(40_000);
  for (let offset = 0; offset < 120_000; offset++)
    if (set.has(offset) !== (offset % 3 === 0)) expect.fail(`at ${offset}`);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Newest } from '../../../../src/core/run/letters/newest.js';

const place = fc.record({ time: fc.nat(20), partition: fc.nat(2), offset: fc.nat(1000) });

it('keeps what a sort of everything puts first', () => {
  fc.assert(
    fc.property(fc.array(place, { maxLength: 100 }), fc.nat(10), (places, limit) => {
      const newest = new Newest<(typeof places)[number]>(limit);
      for (const each of places) newest.offer(each, () => each);
      const sorted = [...places].sort((a, b) => b.time - a.time || a.partition - b.partition || b.offset - a.offset);
      expect(newest.take()).toEqual(sorted.slice(0, limit));
    }),
  );
});

it('makes nothing of what cannot stay', () => {
  const newest = new Newest<number>(10);
  let made = 0;
  for (let time = 10_000; time > 0; time--)
    newest.offer({ time, partition: 0, offset: time }, () => {
      made++;
      return time;
    });
  expect(newest.take()[0]).toBe(10_000);
  expect(made).toBe(20);
});

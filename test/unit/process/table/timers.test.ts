import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Timers } from '../../../../src/core/process/table/timers.js';

it('gives what is wanted by a time, earliest first, and keeps the rest', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -20, max: 20 })),
      fc.array(fc.integer({ min: -25, max: 25 })),
      (times, untils) => {
        const timers = new Timers<number>();
        let left: number[] = [];
        const waiting = [...times];
        for (const until of [...untils, 30]) {
          for (const at of waiting.splice(0, 5)) {
            timers.add(at, at);
            left.push(at);
          }
          const taken = [...timers.take(until)];
          expect(taken).toEqual(left.filter((at) => at <= until).sort((a, b) => a - b));
          left = left.filter((at) => at > until);
        }
      },
    ),
  );
});

it('counts what is added while it gives', () => {
  const timers = new Timers<string>();
  timers.add(1, 'a');
  timers.add(3, 'c');
  const taken: string[] = [];
  for (const item of timers.take(3)) {
    taken.push(item);
    if (item === 'a') timers.add(2, 'b');
  }
  expect(taken).toEqual(['a', 'b', 'c']);
});

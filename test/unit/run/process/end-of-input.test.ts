import { describe, expect, it } from 'vitest';
import { EndOfInput } from '../../../../src/core/run/process/end-of-input.js';
import { contentOf, deliveryOf } from './deliveries.js';

const end = new EndOfInput(
  new Map([
    [0, 10],
    [1, 0],
  ]),
);

describe('the end', () => {
  it.each<[positions: [number, number][], reached: boolean]>([
    [[], false],
    [[[0, 9]], false],
    [[[0, 10]], true],
    [
      [
        [0, 12],
        [1, 3],
      ],
      true,
    ],
  ])('is reached by %j: %s', (positions, reached) => {
    expect(end.reachedBy(new Map(positions))).toBe(reached);
  });
});

describe('of a delivery', () => {
  const at = (position: number) => new Map([[0, position]]);

  it('what lies below the end is taken', () => {
    const whole = deliveryOf(0, [8, 9]);
    expect(end.below(whole, at(8))).toBe(whole);
    const cut = end.below(deliveryOf(0, [8, 9, 10, 11]), at(8))!;
    expect([contentOf([cut]), cut.next]).toEqual([['0/8', '0/9'], 10]);
  });

  it('nothing is taken once the end is reached', () => {
    expect(end.below(deliveryOf(0, [10, 11]), at(10))).toBeUndefined();
    expect(end.below(deliveryOf(1, [0]), new Map([[1, 0]]))).toBeUndefined();
  });

  it('transaction markers before the end move the partition on, though there is no record', () => {
    const moved = end.below(deliveryOf(0, [10, 11]), at(9))!;
    expect([moved.records.size, moved.next]).toEqual([0, 10]);
  });

  it('a partition that was made later has no end', () => {
    const delivery = deliveryOf(7, [100]);
    expect(end.below(delivery, at(0))).toBe(delivery);
  });
});

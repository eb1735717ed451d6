import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockCutter, cutRecords, splitDelivery } from '../../../../src/core/run/process/cut.js';
import type { OffsetRange } from '../../../../src/core/run/process/intent-log.js';
import type { Delivery } from '../../../../src/core/run/process/sources/source.js';
import { contentOf, deliveryOf } from './deliveries.js';

describe('cutRecords', () => {
  const { records } = deliveryOf(0, [3, 4, 8, 9]);

  it.each([
    [0, 3, []],
    [3, 5, [3, 4]],
    [4, 9, [4, 8]],
    [5, 8, []],
    [8, 100, [8, 9]],
    [10, 12, []],
  ])('[%i, %i) has %j', (from, to, offsets) => {
    const cut = cutRecords(records, from, to);
    expect(Array.from(cut.offsets.subarray(0, cut.size))).toEqual(offsets);
    expect(contentOf([{ records: cut, next: to }])).toEqual(offsets.map((offset) => `0/${offset}`));
  });

  it('gives all of them back as they are', () => {
    expect(cutRecords(records, 0, 10)).toBe(records);
  });
});

describe('splitDelivery', () => {
  it.each([
    [3, 3, [], [3, 4, 8, 9]],
    [5, 5, [3, 4], [8, 9]],
    [9, 9, [3, 4, 8], [9]],
    [20, 12, [3, 4, 8, 9], []],
  ])('at %i ends below at %i', (at, next, below, above) => {
    const [first, second] = splitDelivery(deliveryOf(0, [3, 4, 8, 9], 12), at);
    expect([first.next, second.next]).toEqual([next, 12]);
    expect(contentOf([first])).toEqual(below.map((offset) => `0/${offset}`));
    expect(contentOf([second])).toEqual(above.map((offset) => `0/${offset}`));
  });
});

describe('BlockCutter', () => {
  it('waits until everything of the ranges is there', () => {
    const cutter = new BlockCutter();
    const ranges = [
      { partition: 0, from: 0, to: 2 },
      { partition: 1, from: 5, to: 6 },
    ];
    cutter.feed(deliveryOf(0, [0, 1, 2]));
    expect(cutter.block(ranges)).toBeUndefined();
    cutter.feed(deliveryOf(1, [5]));
    expect(contentOf(cutter.block(ranges)!)).toEqual(['0/0', '0/1', '1/5']);
    expect(contentOf(cutter.rest())).toEqual(['0/2']);
  });

  it('takes what is no record into account: a range may end in the middle of it', () => {
    const cutter = new BlockCutter();
    cutter.feed(deliveryOf(0, [4, 9], 12));
    expect(contentOf(cutter.block([{ partition: 0, from: 3, to: 7 }])!)).toEqual(['0/4']);
    expect(contentOf(cutter.block([{ partition: 0, from: 7, to: 11 }])!)).toEqual(['0/9']);
    const [rest] = cutter.rest();
    expect([rest!.records.size, rest!.next]).toEqual([0, 12]);
  });

  it('makes the announced blocks again, however the records come the second time', () => {
    fc.assert(
      fc.property(topic(), ({ partitions, blocks, second }) => {
        const cutter = new BlockCutter();
        const deliveries = [...second];
        const recut = blocks.map((ranges) => {
          for (;;) {
            const block = cutter.block(ranges);
            if (block) return contentOf(block).sort();
            cutter.feed(deliveries.shift()!);
          }
        });
        const rest = contentOf([...cutter.rest(), ...deliveries]).sort();
        const within = (ranges: readonly OffsetRange[]) =>
          partitions
            .flatMap((offsets, partition) =>
              offsets
                .filter((offset) =>
                  ranges.some((range) => range.partition === partition && range.from <= offset && offset < range.to),
                )
                .map((offset) => `${partition}/${offset}`),
            )
            .sort();
        expect(recut).toEqual(blocks.map(within));
        const announced = new Set(recut.flat());
        const all = partitions.flatMap((offsets, partition) => offsets.map((offset) => `${partition}/${offset}`));
        expect(rest).toEqual(all.filter((one) => !announced.has(one)).sort());
      }),
      { numRuns: 500 },
    );
  });
});

interface Topic {
  /** Offsets of the records, by partition: between them are gaps. */
  partitions: number[][];
  /** Consecutive ranges of some partitions each, as an engine announced them. */
  blocks: OffsetRange[][];
  /** The same records in deliveries of another cut and another interleaving. */
  second: Delivery[];
}

function topic(): fc.Arbitrary<Topic> {
  const partition = fc.record({
    present: fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }),
    cuts: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 5 }),
    deliveries: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 5 }),
  });
  return fc
    .record({ partitions: fc.array(partition, { minLength: 1, maxLength: 3 }), order: fc.infiniteStream(fc.nat(100)) })
    .map(({ partitions, order }) => {
      const offsets = partitions.map(({ present }) => present.flatMap((is, offset) => (is ? [offset] : [])));
      const cutsOf = (cuts: readonly number[], end: number) =>
        [...cuts.filter((cut) => cut < end), end].sort((a, b) => a - b);
      const blocks: OffsetRange[][] = [];
      partitions.forEach(({ present, cuts }, number) => {
        let from = 0;
        // The last stretch was never announced: it is what comes behind recovery.
        cutsOf(cuts, present.length)
          .slice(0, -1)
          .forEach((to, block) => {
            const ranges = blocks[block] ?? [];
            blocks[block] = ranges;
            ranges.push({ partition: number, from, to });
            from = to;
          });
      });
      const queues = partitions.map(({ present, deliveries }, number) => {
        let from = 0;
        return cutsOf(deliveries, present.length).map((to) => {
          const delivery = deliveryOf(
            number,
            offsets[number]!.filter((offset) => offset >= from && offset < to),
            to,
          );
          from = to;
          return delivery;
        });
      });
      const second: Delivery[] = [];
      const picks = order[Symbol.iterator]();
      for (let open = queues.filter((queue) => queue.length > 0); open.length > 0; ) {
        second.push(open[picks.next().value! % open.length]!.shift()!);
        open = queues.filter((queue) => queue.length > 0);
      }
      return { partitions: offsets, blocks, second };
    });
}

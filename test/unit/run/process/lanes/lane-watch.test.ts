import { expect, it } from 'vitest';
import type { PartitionCounts } from '../../../../../src/core/process/engine.js';
import { LaneWatch } from '../../../../../src/core/run/process/lanes/lane-watch.js';

const counts = (partition: number, watermark: number): PartitionCounts => ({
  partition,
  watermark,
  nextOffset: 0,
  consumed: 0,
  deadLetters: 0,
  late: 0,
  lateIdle: 0,
  duplicates: 0,
  aggregated: 0,
  reasons: {},
  detectorsLate: 0,
});

const range = (partition: number, to: number) => [{ partition, from: 0, to }];

/** Two lanes, of partitions 0 and 2, and of 1; idle after 100 ms. */
function watchOf(): LaneWatch {
  const known = [0, 1, 2].map((partition) => counts(partition, Number.NEGATIVE_INFINITY));
  const positions = new Map([0, 1, 2].map((partition) => [partition, 0]));
  return new LaneWatch([[0, 2], [1]], { counts: known, positions }, 100, 0);
}

it('a partition is idle once its lane has looked for so long and found nothing', () => {
  const watch = watchOf();
  expect(watch.idle()).toEqual([]);
  watch.looked(0, 100);
  expect(watch.idle()).toEqual([0, 2]);
  watch.looked(1, 99);
  expect(watch.idle()).toEqual([0, 2]);
});

it('of a lane at work, what has a block is not idle, and for the others time stands still', () => {
  const watch = watchOf();
  watch.looked(0, 90);
  watch.began(0, range(0, 5), 95);
  watch.looked(1, 10_000);
  expect(watch.busy).toBe(true);
  expect(watch.idle()).toEqual([1]);
  watch.ended(0, [counts(0, 7)], 500);
  expect(watch.busy).toBe(false);
  expect(watch.idle()).toEqual([1]);
  watch.looked(0, 510);
  watch.emptied({ lane: 0, blocks: 1 });
  expect(watch.idle()).toEqual([0, 2, 1]);
});

it('the time of a block that was held up makes nothing idle', () => {
  const watch = watchOf();
  watch.began(0, range(0, 5), 50);
  watch.ended(0, [], 60_050);
  watch.looked(0, 60_051);
  expect(watch.idle()).toEqual([]);
  watch.looked(0, 60_100);
  expect(watch.idle()).toEqual([2]);
});

it('a lane that is silent altogether counts as idle when it has handed over what it had, and not what it had before its last block', () => {
  const watch = watchOf();
  watch.began(1, range(1, 5), 0);
  watch.ended(1, [counts(1, 7)], 10);
  expect(watch.toEmpty()).toEqual([]);
  watch.looked(1, 100);
  expect(watch.idle()).toEqual([]);
  const [asked] = watch.toEmpty();
  expect(asked).toEqual({ lane: 1, blocks: 1 });
  watch.began(1, range(1, 9), 110);
  watch.emptied(asked!);
  watch.ended(1, [counts(1, 8)], 120);
  watch.looked(1, 300);
  expect(watch.idle()).toEqual([]);
  watch.emptied(watch.toEmpty()[0]!);
  expect([watch.idle(), watch.toEmpty()]).toEqual([[1], []]);
});

it('knows where the next blocks begin, and where those that are stored have come', () => {
  const watch = watchOf();
  watch.began(0, range(2, 5), 0);
  expect(Object.fromEntries(watch.positions)).toEqual({ 0: 0, 1: 0, 2: 5 });
  expect(watch.standings[2]!.watermark).toBe(Number.NEGATIVE_INFINITY);
  watch.ended(0, [counts(2, 42)], 1);
  expect(watch.standings.map(({ watermark }) => watermark)).toEqual([
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    42,
  ]);
});

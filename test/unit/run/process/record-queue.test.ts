import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RecordQueue } from '../../../../src/core/run/process/record-queue.js';
import { contentOf, deliveryOf } from './deliveries.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Whether the promise has settled by now, without waiting for it. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let is = false;
  void promise.then(() => {
    is = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return is;
}

it('gives what came, each partition in its order, without waiting', async () => {
  const queue = new RecordQueue(1 << 20);
  await queue.push(deliveryOf(0, [0, 1]));
  await queue.push(deliveryOf(1, [7]));
  await queue.push(deliveryOf(0, [2]));
  expect(contentOf(await queue.take(100, 60_000))).toEqual(['0/0', '0/1', '1/7', '0/2']);
});

it('gives about as many as asked for, whole deliveries, and keeps the rest', async () => {
  const queue = new RecordQueue(1 << 20);
  for (const at of [0, 10, 20]) await queue.push(deliveryOf(0, [at, at + 1, at + 2]));
  expect(queue.holds(9)).toBe(true);
  expect(queue.holds(10)).toBe(false);
  expect(contentOf(await queue.take(4, 0))).toHaveLength(6);
  expect(queue.holds(4)).toBe(false);
  expect(contentOf(await queue.take(4, 0))).toEqual(['0/20', '0/21', '0/22']);
});

it('holds the source back beyond its bytes, until there is room again', async () => {
  const queue = new RecordQueue(100);
  const first = queue.push(deliveryOf(0, [0]));
  expect(await settled(first)).toBe(true);
  const second = queue.push(deliveryOf(0, [1]));
  const third = queue.push(deliveryOf(1, [0]));
  expect(await settled(second)).toBe(false);
  // Taken at once all the same: nothing is lost when the source is stopped while it waits.
  await queue.take(1, 0);
  expect(await settled(second)).toBe(false);
  await queue.take(1, 0);
  expect([await settled(second), await settled(third)]).toEqual([true, true]);
});

it('a delivery larger than all of it passes', async () => {
  const queue = new RecordQueue(10);
  const push = queue.push(deliveryOf(0, [0, 1, 2]));
  expect(contentOf(await queue.take(1, 0))).toHaveLength(3);
  expect(await settled(push)).toBe(true);
});

it('a take waits for the first, as long as it was told to', async () => {
  const queue = new RecordQueue(1 << 20);
  const fruitless = queue.take(10, 50);
  await vi.advanceTimersByTimeAsync(49);
  expect(await settled(fruitless)).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await fruitless).toEqual([]);
  const waiting = queue.take(10, 60_000);
  await queue.push(deliveryOf(0, [5]));
  expect(contentOf(await waiting)).toEqual(['0/5']);
  expect(vi.getTimerCount()).toBe(0);
});

it('wake ends a take that waits', async () => {
  const queue = new RecordQueue(1 << 20);
  const waiting = queue.take(10, 60_000);
  queue.wake();
  expect(await waiting).toEqual([]);
  queue.wake();
});

it('moves on what is no record: a delivery of markers alone', async () => {
  const queue = new RecordQueue(1 << 20);
  await queue.push(deliveryOf(0, [], 12));
  const [delivery] = await queue.take(10, 0);
  expect(delivery!.next).toBe(12);
});

it('once closed, holds nobody back', async () => {
  const queue = new RecordQueue(10);
  const waiting = queue.push(deliveryOf(0, [0]));
  expect(await settled(waiting)).toBe(false);
  queue.close();
  expect(await settled(waiting)).toBe(true);
  expect(await settled(queue.push(deliveryOf(0, [1])))).toBe(true);
});

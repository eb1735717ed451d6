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
  await queue.deliver(deliveryOf(0, [0, 1]));
  await queue.deliver(deliveryOf(1, [7]));
  await queue.deliver(deliveryOf(0, [2]));
  expect(contentOf(await queue.take(100, 60_000))).toEqual(['0/0', '0/1', '1/7', '0/2']);
});

it('gives about as many as asked for, whole deliveries, and keeps the rest', async () => {
  const queue = new RecordQueue(1 << 20);
  for (const at of [0, 10, 20]) await queue.deliver(deliveryOf(0, [at, at + 1, at + 2]));
  expect(queue.holds(9)).toBe(true);
  expect(queue.holds(10)).toBe(false);
  expect(contentOf(await queue.take(4, 0))).toHaveLength(6);
  expect(queue.holds(4)).toBe(false);
  expect(contentOf(await queue.take(4, 0))).toEqual(['0/20', '0/21', '0/22']);
});

it('holds the source back beyond its bytes, until there is room again', async () => {
  const queue = new RecordQueue(100);
  const first = queue.deliver(deliveryOf(0, [0]));
  expect(await settled(first)).toBe(true);
  const second = queue.deliver(deliveryOf(0, [1]));
  const third = queue.deliver(deliveryOf(1, [0]));
  expect(await settled(second)).toBe(false);
  // Taken at once all the same: nothing is lost when the source is stopped while it waits.
  await queue.take(1, 0);
  expect(await settled(second)).toBe(false);
  await queue.take(1, 0);
  expect([await settled(second), await settled(third)]).toEqual([true, true]);
});

it('a delivery larger than all of it passes', async () => {
  const queue = new RecordQueue(10);
  const delivered = queue.deliver(deliveryOf(0, [0, 1, 2]));
  expect(contentOf(await queue.take(1, 0))).toHaveLength(3);
  expect(await settled(delivered)).toBe(true);
});

it('a take waits for the first, as long as it was told to', async () => {
  const queue = new RecordQueue(1 << 20);
  const fruitless = queue.take(10, 50);
  await vi.advanceTimersByTimeAsync(49);
  expect(await settled(fruitless)).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await fruitless).toEqual([]);
  const waiting = queue.take(10, 60_000);
  await queue.deliver(deliveryOf(0, [5]));
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
  await queue.deliver(deliveryOf(0, [], 12));
  const [delivery] = await queue.take(10, 0);
  expect(delivery!.next).toBe(12);
});

it('once closed, holds nobody back', async () => {
  const queue = new RecordQueue(10);
  const waiting = queue.deliver(deliveryOf(0, [0]));
  expect(await settled(waiting)).toBe(false);
  queue.close();
  expect(await settled(waiting)).toBe(true);
  expect(await settled(queue.deliver(deliveryOf(0, [1])))).toBe(true);
});

it('a source that waits to be asked is asked by a take, which waits for all that its answer holds', async () => {
  const queue = new RecordQueue(1 << 20);
  const first = queue.wanted();
  expect(await settled(first)).toBe(false);
  const taken = queue.take(10, 60_000);
  await first;
  await queue.deliver(deliveryOf(0, [0, 1]));
  await queue.deliver(deliveryOf(1, [7]));
  const again = queue.wanted();
  expect(contentOf(await taken)).toEqual(['0/0', '0/1', '1/7']);
  expect(await settled(again)).toBe(false);
  queue.close();
  await again;
});

it('a source that found nothing is asked again at once', async () => {
  const queue = new RecordQueue(1 << 20);
  const taken = queue.take(10, 50);
  expect(await settled(queue.wanted())).toBe(true);
  await vi.advanceTimersByTimeAsync(50);
  expect(await taken).toEqual([]);
  expect(await settled(queue.wanted())).toBe(true);
});

it('what is there already waits but a moment for a source that was asked', async () => {
  const queue = new RecordQueue(1 << 20);
  await queue.deliver(deliveryOf(0, [0]));
  const asked = queue.wanted();
  const both = queue.take(10, 60_000);
  await asked;
  await queue.deliver(deliveryOf(0, [1]));
  expect(contentOf(await both)).toEqual(['0/0', '0/1']);
  await queue.deliver(deliveryOf(0, [2]));
  const silent = queue.wanted();
  const one = queue.take(10, 60_000);
  await silent;
  await vi.advanceTimersByTimeAsync(10);
  expect(contentOf(await one)).toEqual(['0/2']);
});

import { expect, test } from 'vitest';
import { createSlots } from '../../../../../src/core/stack/clickhouse-server/engine/slots.js';

test('readers leave places to writers', async () => {
  const slots = createSlots(3, 2);
  const first = await slots.take('reader');
  await slots.take('reader');
  let third: number | undefined;
  const waiting = slots.take('reader').then((slot) => {
    third = slot;
  });
  const writer = await slots.take('writer');
  expect(third).toBeUndefined();
  slots.give(writer, 'writer');
  await Promise.resolve();
  expect(third).toBeUndefined();
  slots.give(first, 'reader');
  await waiting;
  expect(third).toBe(first);
});

test('who waited longest is next, a place is given once', async () => {
  const slots = createSlots(1, 1);
  const order: string[] = [];
  const place = await slots.take('writer');
  const all = ['a', 'b', 'c'].map(async (name) => {
    const slot = await slots.take('writer');
    order.push(name);
    slots.give(slot, 'writer');
  });
  slots.give(place, 'writer');
  await Promise.all(all);
  expect(order).toEqual(['a', 'b', 'c']);
  await slots.idle();
});

test('a queue that is too long is refused', async () => {
  const slots = createSlots(1, 1);
  await slots.take('writer');
  for (let waiting = 0; waiting < 1000; waiting += 1) void slots.take('writer');
  expect(() => slots.take('writer')).toThrow(expect.objectContaining({ code: 202 }));
});

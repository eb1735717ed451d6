import { expect, it } from 'vitest';
import { ShortCache } from '../../../src/core/serve/short-cache.js';

it('asks once for all who want the same within its time, and anew after', async () => {
  let now = 0;
  let asked = 0;
  const cache = new ShortCache<number>(1_000, 10, () => now);
  const ask = async () => ++asked;
  expect(await Promise.all([cache.get('a', ask), cache.get('a', ask), cache.get('b', ask)])).toEqual([1, 1, 2]);
  now = 1_000;
  expect(await cache.get('a', ask)).toBe(1);
  now = 1_001;
  expect(await cache.get('a', ask)).toBe(3);
});

it('keeps no failure', async () => {
  const cache = new ShortCache<number>(1_000, 10, () => 0);
  await expect(cache.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await cache.get('a', async () => 1)).toBe(1);
});

it('holds no more than it may', async () => {
  let asked = 0;
  const cache = new ShortCache<number>(1_000, 2, () => 0);
  const ask = async () => ++asked;
  for (const key of ['a', 'b', 'c', 'c', 'b', 'a']) await cache.get(key, ask);
  expect(asked).toBe(4);
});

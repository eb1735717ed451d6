import { expect, it } from 'vitest';
import { pauses } from '../../../../src/core/run/process/pauses.js';

it('doubles up to the longest, and begins again after a success', () => {
  const waits = pauses(100, 1_000);
  const next = () => waits.next().value;
  expect([next(), next(), next(), next(), next(), next()].map(({ ms }) => ms)).toEqual([
    100, 200, 400, 800, 1_000, 1_000,
  ]);
  next().reset();
  expect([next(), next()].map(({ ms }) => ms)).toEqual([100, 200]);
});

import { expect, it } from 'vitest';
import { IdlePartitions } from '../../../../src/core/run/process/idle-partitions.js';

it('a partition is idle when nothing was read from it for the time', () => {
  const idle = new IdlePartitions([0, 1], 100, 1000);
  expect(idle.at(1099)).toEqual([]);
  idle.read(1, 1050);
  expect(idle.at(1100)).toEqual([0]);
  expect(idle.at(1150)).toEqual([0, 1]);
  idle.read(0, 1160);
  expect(idle.at(1160)).toEqual([1]);
});

it('time in which nobody could read makes no partition idle', () => {
  const idle = new IdlePartitions([0, 1], 100, 0);
  idle.read(0, 50);
  idle.skip(60_000);
  expect(idle.at(60_099)).toEqual([]);
  expect(idle.at(60_100)).toEqual([1]);
  expect(idle.at(60_150)).toEqual([0, 1]);
});

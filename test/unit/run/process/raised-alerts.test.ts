import { expect, it } from 'vitest';
import type { Alert } from '../../../../src/core/process/detect/kind.js';
import { dayMs } from '../../../../src/core/run/process/aggregated-days.js';
import { newestOf, RaisedAlerts } from '../../../../src/core/run/process/raised-alerts.js';

const alertAt = (detector: string, time: number) => ({ detector, time }) as Alert;

it('counts by detector and UTC day, and goes on after a restart with a report of its own', () => {
  const raised = new RaisedAlerts();
  raised.add([alertAt('hot', 0), alertAt('hot', dayMs - 1), alertAt('cold', dayMs)]);
  raised.add([]);
  expect(raised.count).toBe(3);
  const restarted = new RaisedAlerts(JSON.parse(JSON.stringify(raised.saved())));
  expect(restarted.count).toBe(0);
  restarted.add([alertAt('hot', dayMs)]);
  expect(restarted.saved()).toEqual({ hot: { 0: 2, 1: 1 }, cold: { 1: 1 } });
  expect([restarted.count, restarted.newest]).toEqual([1, [alertAt('hot', dayMs)]]);
});

it('keeps the few newest by event time, in whatever order they come', () => {
  const raised = new RaisedAlerts();
  for (const time of [3, 9, 1, 7, 5, 2, 8]) raised.add([alertAt('hot', time)]);
  expect(raised.newest.map(({ time }) => time)).toEqual([9, 8, 7, 5, 3]);
  expect(newestOf([alertAt('a', 1), alertAt('b', 2)]).map(({ time }) => time)).toEqual([2, 1]);
});

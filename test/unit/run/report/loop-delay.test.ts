import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { LoopDelay } from '../../../../src/core/run/report/loop-delay.js';
import { LatencyHistogram } from '../../../../src/core/runtime/latency-histogram.js';
import { systemClock } from '../../../../src/core/runtime/node-runtime.js';

it('a stall counts for every timer that would have come due in it', async () => {
  const delay = new LoopDelay(systemClock);
  const until = systemClock.monotonic() + 300;
  while (systemClock.monotonic() < until);
  await sleep(1);
  const stalled = LatencyHistogram.decode(delay.take());
  delay.close();
  expect(stalled.quantiles().max).toBeGreaterThanOrEqual(285);
  expect(stalled.count).toBeGreaterThanOrEqual(29);
  expect(stalled.at(50)).toBeGreaterThan(100);
});

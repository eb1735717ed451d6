import { expect, it } from 'vitest';
import { Verdict } from '../../../../src/core/process/verdict.js';
import { AggregatedDays, dayMs } from '../../../../src/core/run/process/aggregated-days.js';
import { batchOf, type Row } from '../../sink/fixture.js';

const batchAt = (partition: number, times: readonly number[]) =>
  batchOf(
    times.map((at) => ({ at }) as Row),
    { partition },
  );

it('counts the aggregated rows by partition and UTC day, also before 1970, and goes on after a restart', () => {
  const days = new AggregatedDays({ time: 2 });
  days.add(batchAt(0, [0, dayMs - 1, dayMs, -1]), new Uint8Array(4));
  days.add(batchAt(1, [5, 6]), Uint8Array.of(Verdict.late, Verdict.aggregated));
  const restarted = new AggregatedDays({ time: 2 }, JSON.parse(JSON.stringify(days.saved())));
  restarted.add(batchAt(0, [dayMs]), new Uint8Array(1));
  expect(restarted.saved()).toEqual({ 0: { '-1': 1, 0: 2, 1: 2 }, 1: { 0: 1 } });
});

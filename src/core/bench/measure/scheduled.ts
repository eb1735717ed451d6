import { scheduleOf } from '../../generate/workload.js';
import { type RunHeader, scheduledWork } from '../../run/ledger/header.js';

/** New events that a run has in its schedule, repeats not counted: by second from its start, made or not. */
export function scheduledBySecond(header: RunHeader): number[] {
  const work = scheduledWork(header)!;
  const seconds: number[] = [];
  for (const { partition } of work.partitions) {
    const schedule = scheduleOf(work, partition);
    for (let at = schedule.next(); at >= 0; at = schedule.next()) {
      const second = Math.floor(at / 1000);
      while (seconds.length <= second) seconds.push(0);
      seconds[second]!++;
    }
  }
  return seconds;
}

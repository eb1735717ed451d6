import { partitionTotals } from '../../generate/oracle.js';
import { PartitionRun } from '../../generate/partition-run.js';
import { scheduleOf, type Workload } from '../../generate/workload.js';
import type { Ledger } from '../ledger/ledger.js';

/** The runs of all partitions from their beginning. */
export function freshRuns(workload: Workload): PartitionRun[] {
  return workload.partitions.map(({ partition }) => new PartitionRun(workload, partition));
}

/** The runs of all partitions, replayed to where the ledger says that they stand, with the times that they had. */
export function replayedRuns(workload: Workload, { state }: Ledger): PartitionRun[] {
  const runs = freshRuns(workload);
  for (const [partition, run] of runs.entries()) {
    for (const { ms, from } of state.rebases) {
      run.skipTo(from[partition]!);
      run.rebase(ms);
    }
    run.skipTo(state.partitions[partition]!.records);
  }
  return runs;
}

/** The earliest intended time, in epoch ms, among the records still to be sent; undefined when there are none. */
export function nextIntended(workload: Workload, { state }: Ledger): number | undefined {
  const shift = state.rebases.reduce((sum, { ms }) => sum + ms, 0);
  const offsets = workload.partitions
    .map(({ partition }) => nextOffset(workload, partition, state.partitions[partition]!.records))
    .filter((offset) => offset >= 0);
  return offsets.length === 0 ? undefined : workload.start + shift + Math.min(...offsets);
}

function nextOffset(workload: Workload, partition: number, records: number): number {
  const { sequences } = partitionTotals(workload, partition, records);
  const schedule = scheduleOf(workload, partition);
  for (let made = 0; made < sequences; made++) schedule.next();
  return schedule.next();
}

import { type Corruption, Distorter } from './distorter.js';
import { noTotals, type Totals } from './partition-run.js';
import { SendOrder } from './send-order.js';
import { type ScheduledWork, scheduleOf } from './workload.js';

/** What the distortions do to one event. */
export interface EventLabels {
  discarded: boolean;
  corruption: Corruption | undefined;
  lateBy: number;
  /** Sent a second time after so many further events of the partition; 0 for no. */
  repeatAfter: number;
}

/** The labels of any event, in any order, from the seed alone. */
export function labelsOf(workload: ScheduledWork, partition: number): (sequence: number) => EventLabels {
  const distorter = new Distorter(workload.distortions, workload.seed, partition);
  return (sequence) => ({
    discarded: distorter.isDiscarded(sequence),
    corruption: distorter.corruptionOf(sequence),
    lateBy: distorter.latenessOf(sequence),
    repeatAfter: distorter.repeatDelayOf(sequence),
  });
}

/** What is wrong on purpose with a record: of an original that is sent again, and of the repeat, only the latter is `repeated`. */
export type RecordLabel = 'late' | 'repeated' | 'corrupted' | undefined;

/** The label of each record that a partition is sent, in their order, without making a single event. */
export function* recordLabels(workload: ScheduledWork, partition: number): Generator<RecordLabel> {
  const distorter = new Distorter(workload.distortions, workload.seed, partition);
  const order = new SendOrder(distorter);
  const schedule = scheduleOf(workload, partition);
  const more = () => schedule.next() >= 0;
  for (let step = order.step(more); step !== undefined; step = order.step(more)) {
    if (step === 'discard') continue;
    if (step === 'repeat') yield 'repeated';
    else if (distorter.corruptionOf(order.sequence)) yield 'corrupted';
    else yield distorter.latenessOf(order.sequence) > 0 ? 'late' : undefined;
  }
}

/**
 * What a run has sent once each partition holds `records[partition]` of its records (by default all), without making a single event. An endless
 * run needs `records`.
 */
export function expectedTotals(workload: ScheduledWork, records?: readonly number[]): Totals {
  return workload.partitions
    .map(({ partition }) => partitionTotals(workload, partition, records?.[partition]))
    .reduce(addTotals, noTotals);
}

export function partitionTotals(
  workload: ScheduledWork,
  partition: number,
  records = Number.POSITIVE_INFINITY,
): Totals {
  const totals: Totals = { ...noTotals };
  const distorter = new Distorter(workload.distortions, workload.seed, partition);
  const order = new SendOrder(distorter);
  const schedule = scheduleOf(workload, partition);
  const more = () => schedule.next() >= 0;
  while (totals.sent < records) {
    const step = order.step(more);
    if (step === undefined) break;
    if (step === 'discard') totals.discarded++;
    else totals.sent++;
    if (step === 'repeat') totals.repeated++;
    else totals.sequences++;
    if (step !== 'send') continue;
    if (distorter.latenessOf(order.sequence) > 0) totals.late++;
    if (distorter.corruptionOf(order.sequence)) totals.corrupted++;
  }
  return totals;
}

export function addTotals(a: Totals, b: Totals): Totals {
  return {
    sequences: a.sequences + b.sequences,
    sent: a.sent + b.sent,
    late: a.late + b.late,
    repeated: a.repeated + b.repeated,
    discarded: a.discarded + b.discarded,
    corrupted: a.corrupted + b.corrupted,
  };
}

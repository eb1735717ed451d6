import type { Batch } from '../../process/batch.js';
import { Verdict } from '../../process/verdict.js';

export const dayMs = 86_400_000;

/** Aggregated records of one partition by the UTC day of their event time, as days since the epoch. */
export type DayCounts = Record<number, number>;

/**
 * How many records of each day were aggregated, since the pipeline's first record. The raw table drops days by its TTL: what was stored of them cannot
 * be counted any more, and `verify` must know how many to expect of the others.
 */
export class AggregatedDays {
  private readonly time: number;
  private readonly counts: Map<number, Map<number, number>>;

  constructor(plan: { time: number }, saved: Record<number, DayCounts> = {}) {
    this.time = plan.time;
    this.counts = new Map(
      Object.entries(saved).map(([partition, days]) => [
        Number(partition),
        new Map(Object.entries(days).map(([day, count]) => [Number(day), count])),
      ]),
    );
  }

  add({ partition, size, columns }: Batch, verdicts: Uint8Array): void {
    const column = columns[this.time]!;
    if (column.kind !== 'number') throw new TypeError(`the event time is expected as numbers, got ${column.kind}`);
    const days = this.counts.get(partition) ?? new Map<number, number>();
    this.counts.set(partition, days);
    for (let row = 0; row < size; row++) {
      if (verdicts[row] !== Verdict.aggregated) continue;
      const day = Math.floor(column.values[row]! / dayMs);
      days.set(day, (days.get(day) ?? 0) + 1);
    }
  }

  saved(): Record<number, DayCounts> {
    return Object.fromEntries([...this.counts].map(([partition, days]) => [partition, Object.fromEntries(days)]));
  }
}

import type { Plan } from '../pipeline/plan.js';

/** Highest accepted event time less out_of_orderness; -Infinity before the first event. */
export function partitionWatermark(plan: Plan, highest: number): number {
  return highest - plan.outOfOrderness;
}

/**
 * The engine's watermark: the minimum over the partitions that are not idle, never less than before. It decides when windows are emitted and
 * freed, and nothing else.
 */
export class Watermark {
  value = Number.NEGATIVE_INFINITY;

  /** With every partition idle nothing is known that would move it. */
  advance(partitions: Iterable<{ partition: number; watermark: number }>, idle: ReadonlySet<number>): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const { partition, watermark } of partitions) if (!idle.has(partition)) lowest = Math.min(lowest, watermark);
    if (lowest !== Number.POSITIVE_INFINITY) this.value = Math.max(this.value, lowest);
    return this.value;
  }
}

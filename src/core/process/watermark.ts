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
  private reached = Number.NEGATIVE_INFINITY;

  get value(): number {
    return this.reached;
  }

  /** Where the partitions stand now; with every one idle nothing is known that would move it. */
  next(partitions: Iterable<{ partition: number; watermark: number }>, idle: ReadonlySet<number>): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const { partition, watermark } of partitions) if (!idle.has(partition)) lowest = Math.min(lowest, watermark);
    return lowest === Number.POSITIVE_INFINITY ? this.reached : Math.max(this.reached, lowest);
  }

  moveTo(watermark: number): number {
    this.reached = Math.max(this.reached, watermark);
    return this.reached;
  }
}

import { splitDelivery } from './cut.js';
import type { Delivery } from './sources/source.js';

/** Where a bounded run ends: the offsets behind the newest records when it began. What comes later is left to the next run. */
export class EndOfInput {
  private readonly ends: ReadonlyMap<number, number>;

  constructor(ends: ReadonlyMap<number, number>) {
    this.ends = ends;
  }

  reachedBy(positions: ReadonlyMap<number, number>): boolean {
    return [...this.ends].every(([partition, end]) => (positions.get(partition) ?? 0) >= end);
  }

  /** The part of a delivery below the end; undefined when there is none. */
  below(delivery: Delivery): Delivery | undefined {
    const end = this.ends.get(delivery.records.partition) ?? Number.POSITIVE_INFINITY;
    if (delivery.next <= end) return delivery;
    const [below] = splitDelivery(delivery, end);
    return below.records.size > 0 ? below : undefined;
  }
}

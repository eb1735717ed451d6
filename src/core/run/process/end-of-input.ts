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

  /**
   * The part of a delivery below the end; undefined when `positions` say that the partition is there already. It may hold no records and only
   * move the partition on: the last offsets of a topic can be transaction markers.
   */
  below(delivery: Delivery, positions: ReadonlyMap<number, number>): Delivery | undefined {
    const { partition } = delivery.records;
    const end = this.ends.get(partition) ?? Number.POSITIVE_INFINITY;
    if (delivery.next <= end) return delivery;
    return (positions.get(partition) ?? 0) < end ? splitDelivery(delivery, end)[0] : undefined;
  }
}

import type { FetchedRecords } from '../../process/batch.js';
import type { OffsetRange } from './intent-log.js';
import type { Delivery } from './sources/source.js';

/** The records with offsets in [from, to), as views of the same memory. */
export function cutRecords(fetched: FetchedRecords, from: number, to: number): FetchedRecords {
  const first = rowOf(fetched, from);
  const end = rowOf(fetched, to);
  if (first === 0 && end === fetched.size) return fetched;
  const { records } = fetched;
  return {
    partition: fetched.partition,
    size: end - first,
    offsets: fetched.offsets.subarray(first, end),
    recordTimes: fetched.recordTimes.subarray(first, end),
    records: {
      buffer: records.buffer,
      keyStarts: records.keyStarts.subarray(first, end),
      keyEnds: records.keyEnds.subarray(first, end),
      valueStarts: records.valueStarts.subarray(first, end),
      valueEnds: records.valueEnds.subarray(first, end),
    },
  };
}

/** The delivery up to, and from, an offset. */
export function splitDelivery({ records, next }: Delivery, at: number): [Delivery, Delivery] {
  return [
    { records: cutRecords(records, 0, at), next: Math.min(next, at) },
    { records: cutRecords(records, at, Number.POSITIVE_INFINITY), next },
  ];
}

/** Row of the first record at or above an offset. */
function rowOf({ offsets, size }: FetchedRecords, offset: number): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Deliveries put together again in the blocks that intents name: what recovery needs to make the very block that an intent announced.
 * Fed in any cut; `block` answers once everything in the ranges is there, `rest` hands over what lies beyond the last one.
 */
export class BlockCutter {
  private readonly waiting = new Map<number, Delivery[]>();

  feed(delivery: Delivery): void {
    const { partition } = delivery.records;
    this.waiting.set(partition, [...(this.waiting.get(partition) ?? []), delivery]);
  }

  block(ranges: readonly OffsetRange[]): Delivery[] | undefined {
    const whole = ranges.every(({ partition, to }) => (this.waiting.get(partition)?.at(-1)?.next ?? 0) >= to);
    return whole ? ranges.flatMap((range) => this.takeUpTo(range)) : undefined;
  }

  rest(): Delivery[] {
    const left = [...this.waiting.values()].flat();
    this.waiting.clear();
    return left;
  }

  private takeUpTo({ partition, to }: OffsetRange): Delivery[] {
    const taken: Delivery[] = [];
    const waiting = this.waiting.get(partition) ?? [];
    while (waiting.length > 0 && waiting[0]!.next <= to) taken.push(waiting.shift()!);
    const across = waiting[0];
    if (across && (taken.at(-1)?.next ?? 0) < to && firstOffset(across) < to) {
      const [below, above] = splitDelivery(across, to);
      taken.push(below);
      waiting[0] = above;
    }
    return taken;
  }
}

function firstOffset({ records, next }: Delivery): number {
  return records.size > 0 ? records.offsets[0]! : next;
}

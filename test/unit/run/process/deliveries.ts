import type { Delivery } from '../../../../src/core/run/process/sources/source.js';
import { fetched } from '../../process/support.js';

/** A delivery of records with these offsets, each record saying its own; `next` is behind the last unless given. */
export function deliveryOf(partition: number, offsets: readonly number[], next = (offsets.at(-1) ?? -1) + 1): Delivery {
  const records = fetched(offsets.map((offset) => ({ partition, offset, value: `${partition}/${offset}` })));
  return { records: { ...records, partition }, next };
}

/** What the records say of themselves: that offsets and bytes still belong together is part of what is compared. */
export function contentOf(deliveries: readonly Delivery[]): string[] {
  return deliveries.flatMap(({ records: { partition, size, offsets, records } }) =>
    Array.from({ length: size }, (_, row) => {
      const value = Buffer.from(records.buffer.subarray(records.valueStarts[row], records.valueEnds[row])).toString();
      return value === `${partition}/${offsets[row]}` ? value : `${value} at ${partition}/${offsets[row]}`;
    }),
  );
}

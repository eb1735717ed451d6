import type { FetchedRecords } from '../../../process/batch.js';

/** Records as a source hands them on. `next` is where the partition goes on: past the last record, and past what is no record (transaction markers). */
export interface Delivery {
  records: FetchedRecords;
  next: number;
}

/**
 * Reads partitions for ever, each in offset order, beginning at the given offsets. `deliver` is awaited: while it waits nothing more is
 * fetched, so that a slow engine bounds the memory. A broker that is away is waited for. Resolves when the signal aborts; rejects
 * when reading can never succeed (the topic is gone, the offset is no longer in the log).
 */
export interface RecordSource {
  run(
    from: ReadonlyMap<number, number>,
    deliver: (delivery: Delivery) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
}

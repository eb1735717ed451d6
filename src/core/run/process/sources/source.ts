import type { FetchedRecords } from '../../../process/batch.js';

/** Records as a source hands them on. `next` is where the partition goes on: past the last record, and past what is no record (transaction markers). */
export interface Delivery {
  records: FetchedRecords;
  next: number;
}

/** Who takes what a source reads. */
export interface Taker {
  /** Is awaited: while it waits nothing more is fetched, so that a slow engine bounds the memory. */
  deliver(delivery: Delivery): Promise<void>;
  /** Resolves when more is looked for and nothing was delivered since. A source that has read all there was may wait for it. */
  wanted(): Promise<void>;
}

/**
 * Reads partitions for ever, each in offset order, beginning at the given offsets. A broker that is away is waited for. Resolves when the signal
 * aborts; rejects when reading can never succeed (the topic is gone, the offset is no longer in the log).
 */
export interface RecordSource {
  run(from: ReadonlyMap<number, number>, taker: Taker, signal: AbortSignal): Promise<void>;
}

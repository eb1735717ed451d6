import { RecordQueue } from './record-queue.js';
import type { Delivery, RecordSource } from './sources/source.js';

/** A block is stored no sooner than this after the one before, so that ClickHouse gets few parts and not thousands. */
export const blockIntervalMs = 100;
const blockRecords = 100_000;

/** Reads ahead of who takes, from the first `take` on. */
export class Reader {
  private readonly source: RecordSource;
  private readonly from: ReadonlyMap<number, number>;
  private readonly queue: RecordQueue;
  private readonly stop = new AbortController();
  private reading: Promise<void> | undefined;
  private failure: unknown;

  /** `from` are the positions to begin at, as they are at the first `take`. */
  constructor(source: RecordSource, from: ReadonlyMap<number, number>, queueBytes: number) {
    this.source = source;
    this.from = from;
    this.queue = new RecordQueue(queueBytes);
  }

  /** Whether a block's records are there already. */
  get full(): boolean {
    return this.queue.holds(blockRecords);
  }

  /** The records of a block, or fewer when there are not so many; waits a moment for the first. Throws what ended the reading. */
  async take(): Promise<Delivery[]> {
    this.reading ??= this.source.run(this.from, this.queue, this.stop.signal).catch((error: unknown) => {
      this.failure = error ?? new Error('reading ended');
      this.queue.wake();
    });
    const taken = await this.queue.take(blockRecords, blockIntervalMs);
    if (this.failure) throw this.failure;
    return taken;
  }

  async close(): Promise<void> {
    this.stop.abort();
    this.queue.close();
    await this.reading;
  }
}

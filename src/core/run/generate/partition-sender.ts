import { maxInFlight, type PartitionProducer } from '../../broker/partition-producer.js';
import type { PartitionEvent, PartitionRun } from '../../generate/partition-run.js';
import { usageError } from '../../runtime/errors.js';
import { BatchPool, type DueBatch, isFull } from '../ledger/batch-pool.js';

export interface SenderEvents {
  /** A batch goes out now. */
  sent(records: number, due: Float64Array): void;
  acknowledged(batch: Acknowledged): void;
  failed(error: unknown): void;
}

export interface Acknowledged {
  partition: number;
  records: number;
  nextOffset: number;
  bytes: number;
  /** When each record was due, on the monotonic clock; of this moment, the array is used again. */
  due: Float64Array;
}

/**
 * One partition's events, from the generator into record batches. Generation is lazy: with five batches on the way nothing more is made, so a
 * slow broker costs no memory, while the schedule stands and what is due later shows how late it is.
 */
export class PartitionSender {
  readonly partition: number;
  private readonly run: PartitionRun;
  private readonly producer: PartitionProducer;
  private readonly events: SenderEvents;
  private readonly pool = new BatchPool();
  private readonly keys = new Map<string, Uint8Array>();
  private upcoming: PartitionEvent | undefined;

  constructor(partition: number, run: PartitionRun, producer: PartitionProducer, events: SenderEvents) {
    this.partition = partition;
    this.run = run;
    this.producer = producer;
    this.events = events;
    this.upcoming = run.next();
  }

  /** Intended send time of the next record, Infinity after the last. */
  get nextAt(): number {
    return this.upcoming?.at ?? Number.POSITIVE_INFINITY;
  }

  get hasRoom(): boolean {
    return this.producer.unacknowledged < maxInFlight;
  }

  get unacknowledged(): number {
    return this.producer.unacknowledged;
  }

  /** Takes what is intended until `at`, at most one batch full, and sends it. `dueOffset` is added to intended times. */
  sendDue(at: number, dueOffset: number): void {
    if (!this.hasRoom) return;
    const batch = this.pool.take();
    while (this.upcoming && this.upcoming.at <= at && this.add(batch, this.upcoming, dueOffset))
      this.upcoming = this.run.next();
    if (batch.writer.count > 0) this.flush(batch);
    else this.pool.give(batch);
  }

  private add(batch: DueBatch, event: PartitionEvent, dueOffset: number): boolean {
    const { writer } = batch;
    const key = this.keyBytes(event.key);
    const { buffer, start, end } = event;
    if (isFull(batch, key.length + end - start)) {
      if (writer.count > 0) return false;
      throw usageError(`an event of ${end - start} bytes does not fit a record batch`, 'Make its fields smaller.');
    }
    batch.due[writer.count] = event.at + dueOffset;
    return writer.append(event.recordTime, key, buffer, start, end);
  }

  private flush(batch: DueBatch): void {
    const { count, size } = batch.writer;
    this.events.sent(count, batch.due);
    this.producer.send(batch.writer).then(
      (offset) => {
        const { due } = batch;
        this.events.acknowledged({
          partition: this.partition,
          records: count,
          nextOffset: offset + count,
          bytes: size,
          due,
        });
        this.pool.give(batch);
      },
      (error: unknown) => this.events.failed(error),
    );
  }

  private keyBytes(key: string): Uint8Array {
    const known = this.keys.get(key);
    if (known) return known;
    const bytes = Buffer.from(key);
    this.keys.set(key, bytes);
    return bytes;
  }
}

import { maxInFlight, type PartitionProducer } from '../../broker/partition-producer.js';
import { BatchPool, type DueBatch, isFull } from '../ledger/batch-pool.js';

export interface KeyedSenderEvents {
  acknowledged(partition: number, records: number, nextOffset: number, bytes: number): void;
  failed(error: unknown): void;
}

/** One partition's records, gathered into batches: at most five are on the way, and one is being filled. */
export class KeyedSender {
  private readonly partition: number;
  private readonly producer: PartitionProducer;
  private readonly events: KeyedSenderEvents;
  private readonly pool = new BatchPool();
  private open: DueBatch | undefined;
  /** The open batch is to go as soon as there is room. */
  private overdue = false;

  constructor(partition: number, producer: PartitionProducer, events: KeyedSenderEvents) {
    this.partition = partition;
    this.producer = producer;
    this.events = events;
  }

  /** Whether everything handed over has been acknowledged. */
  get isDone(): boolean {
    return !this.open && this.producer.unacknowledged === 0;
  }

  /** False when the open batch is full and no other may be sent yet: call again after an acknowledgement. */
  add(recordTime: number, key: Uint8Array, value: Uint8Array): boolean {
    const bytes = key.length + value.length;
    if (this.open && isFull(this.open, bytes) && !this.flush()) return false;
    this.open ??= this.pool.take(bytes);
    return this.open.writer.append(recordTime, key, value);
  }

  /** Sends what is gathered, at once or as soon as there is room; answers whether it went at once. */
  flush(): boolean {
    const batch = this.open;
    this.overdue = batch !== undefined && this.producer.unacknowledged >= maxInFlight;
    if (!batch || this.overdue) return !this.overdue;
    this.open = undefined;
    const { count, size } = batch.writer;
    this.producer.send(batch.writer).then(
      (offset) => {
        this.pool.give(batch);
        if (this.overdue) this.flush();
        this.events.acknowledged(this.partition, count, offset + count, size);
      },
      (error: unknown) => this.events.failed(error),
    );
    return true;
  }
}

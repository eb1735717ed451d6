import type { KafkaClient } from '../../broker/client.js';
import { partitionOf } from '../../generate/partitioner.js';
import type { Ledger } from '../ledger/ledger.js';
import { ledgerProducer } from '../ledger/producer.js';
import { KeyedSender } from './keyed-sender.js';

/** So long at most a record waits for others to fill its batch. */
const lingerMs = 20;

/** Sends records to the partitions of their keys, as Kafka's clients choose them. Bounded: `send` waits where the broker is slower. */
export class TopicSender {
  sent = 0;
  acked = 0;
  private readonly client: KafkaClient;
  private readonly senders: readonly KeyedSender[];
  private failure: { error: unknown } | undefined;
  private lingering = false;
  private wake: (() => void) | undefined;

  constructor(client: KafkaClient, ledger: Ledger) {
    this.client = client;
    const events = {
      acknowledged: (partition: number, records: number, nextOffset: number, bytes: number) => {
        this.acked += records;
        try {
          ledger.acknowledge(partition, records, nextOffset, bytes, client.clock.monotonic());
        } catch (error) {
          events.failed(error);
        }
        this.wake?.();
      },
      failed: (error: unknown) => {
        this.failure ??= { error };
        this.wake?.();
      },
    };
    this.senders = ledger.state.partitions.map(
      (_, partition) => new KeyedSender(partition, ledgerProducer(client, ledger, partition), events),
    );
  }

  /** Resolves when the record is in a batch. Throws when an earlier one could not be sent. */
  async send(recordTime: number, key: string, value: Uint8Array): Promise<void> {
    const sender = this.senders[partitionOf(key, this.senders.length)]!;
    const keyBytes = Buffer.from(key);
    this.throwFailure();
    while (!sender.add(recordTime, keyBytes, value)) await this.acknowledgement();
    this.sent++;
    if (this.lingering) return;
    this.lingering = true;
    void this.client.clock.sleep(lingerMs).then(() => {
      this.lingering = false;
      this.flush();
    });
  }

  flush(): void {
    for (const sender of this.senders) sender.flush();
  }

  /** Resolves when everything is acknowledged. */
  async drain(): Promise<void> {
    this.flush();
    while (!this.senders.every(({ isDone }) => isDone)) await this.acknowledgement();
    this.throwFailure();
  }

  private async acknowledgement(): Promise<void> {
    this.throwFailure();
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    this.throwFailure();
  }

  private throwFailure(): void {
    if (this.failure) throw this.failure.error;
  }
}

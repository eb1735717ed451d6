import { PipeError } from '../runtime/errors.js';
import type { KafkaClient } from './client.js';
import { ackTimeout, logShrank, logWentOn, refused, topicGone } from './delivery-errors.js';
import type { ClusterBroker } from './kafkajs-cluster.js';
import { connected, isReady, leaderOf } from './leader.js';
import { produce } from './produce.js';
import { type ProducerIdentity, positionOf, progressInLog } from './producer-identity.js';
import { isRetriable, KafkaFailure } from './protocol/failure.js';
import type { RecordBatchWriter } from './record-batch/encode.js';
import { topicId } from './topics.js';

/** As many unacknowledged batches as the broker remembers per producer and partition: a repeat of any of them is recognised. */
export const maxInFlight = 5;
const firstPauseMs = 50;
const longestPauseMs = 2_000;

export interface PartitionTarget {
  topic: string;
  /** Of the topic that the run began with: another one of that name is refused. */
  topicId: string;
  partition: number;
  /** All that the run has used in this partition; the last one writes. */
  identities: readonly ProducerIdentity[];
  /** Records of the run in this partition so far, and the lowest offset that the next may get. */
  records: number;
  nextOffset: number;
  /** How long a batch may stay unacknowledged, in ms, as Kafka's delivery.timeout.ms. */
  deliveryTimeoutMs: number;
  /** A new identity from this record on, put on file before the promise resolves: asked for when the broker has lost the old one. */
  renew(firstRecord: number): Promise<ProducerIdentity>;
}

interface Pending {
  batch: RecordBatchWriter;
  firstRecord: number;
  since: number;
  /** Told by the broker, perhaps before an older one is; a lower bound when it was found in the log. */
  offset?: number;
  acked(baseOffset: number): void;
  failed(error: unknown): void;
}

/**
 * Writes batches to one partition: in order, up to five on the way, each acknowledged by all in-sync replicas, told in order. What befalls the
 * connection, the leader or the broker is retried in the same order with the same sequence numbers, so that nothing comes twice. When the broker
 * expects other numbers, the log is read before anything is sent again. After the delivery timeout, or a failure that no retry mends,
 * every batch not yet acknowledged is rejected, and so is every later one.
 */
export class PartitionProducer {
  private readonly client: KafkaClient;
  private readonly target: PartitionTarget;
  /** All that this run has used here; the last is in use. */
  private readonly identities: ProducerIdentity[];
  /** Records handed over. */
  private records: number;
  /** Behind the last acknowledged record. */
  private nextOffset: number;
  private readonly queue: Pending[] = [];
  /** Of the queue, from its front. */
  private sent = 0;
  private onTheWay = 0;
  /** Why the oldest failed batch failed, while the others on the way are waited for. */
  private failure: { of: Pending; error: unknown } | undefined;
  /** Since the last acknowledgement: of all kinds, and for sequence numbers that the broker did not expect. */
  private retries = 0;
  private misplaced = 0;
  private leader: ClusterBroker | undefined;
  private finding = false;
  /** Whether the broker has taken a batch since the last failure. */
  private proven = false;
  private fatal: unknown;

  constructor(client: KafkaClient, target: PartitionTarget) {
    this.client = client;
    this.target = target;
    this.identities = [...target.identities];
    this.records = target.records;
    this.nextOffset = target.nextOffset;
  }

  /** Batches handed over and not yet acknowledged. */
  get unacknowledged(): number {
    return this.queue.length;
  }

  /** Answers with the offset of the batch's first record. The batch must stay as it is until then. */
  send(batch: RecordBatchWriter): Promise<number> {
    if (this.fatal) return Promise.reject(this.fatal);
    const firstRecord = this.records;
    this.records += batch.count;
    return new Promise((acked, failed) => {
      this.queue.push({ batch, firstRecord, since: this.client.clock.monotonic(), acked, failed });
      this.pump();
    });
  }

  private pump(): void {
    if (this.failure || this.fatal || this.finding) return;
    const { leader } = this;
    if (!leader || !isReady(leader)) {
      if (this.onTheWay === 0 && this.queue.length > 0) void this.findLeader();
      return;
    }
    // The first batch goes alone: a broker that does not know the producer takes any number as its first.
    const window = this.proven ? maxInFlight : 1;
    while (this.onTheWay < window && this.sent < this.queue.length) {
      const pending = this.queue[this.sent++]!;
      if (pending.offset === undefined) void this.transmit(pending, leader);
    }
  }

  private async findLeader(): Promise<void> {
    const { topic, partition } = this.target;
    this.finding = true;
    this.proven = false;
    try {
      this.leader = await leaderOf(this.client, topic, partition);
      await connected(this.leader);
    } catch (error) {
      await this.mend(error);
    }
    this.finding = false;
    this.pump();
  }

  /** Nothing but microtasks lies between the call and the connection's own queue: the order of the calls is the order on the wire. */
  private async transmit(pending: Pending, leader: ClusterBroker): Promise<void> {
    const { topic, partition } = this.target;
    const batch = pending.batch.finish(positionOf(this.identities.at(-1)!, pending.firstRecord));
    this.onTheWay++;
    try {
      pending.offset = await produce(leader, topic, partition, batch);
      this.proven = true;
    } catch (error) {
      if (!this.failure || pending.firstRecord < this.failure.of.firstRecord) this.failure = { of: pending, error };
    }
    this.onTheWay--;
    this.tellAcknowledged();
    if (this.failure && this.onTheWay === 0 && !this.fatal) await this.mend(this.failure.error);
    this.pump();
  }

  private tellAcknowledged(): void {
    while (this.queue[0]?.offset !== undefined) {
      const { offset, batch, acked } = this.queue[0];
      if (offset < this.nextOffset) {
        this.giveUp(logShrank(this.target, offset, this.nextOffset));
        return;
      }
      this.nextOffset = offset + batch.count;
      this.queue.shift();
      this.sent = Math.max(0, this.sent - 1);
      this.retries = 0;
      this.misplaced = 0;
      acked(offset);
    }
  }

  /** Nothing is on the way: find out whether and from where to go on. */
  private async mend(error: unknown): Promise<void> {
    try {
      if (losesPlace(error)) await this.findPlace(error);
      else if (isRetriable(error)) await this.waitForBetter(error);
      else throw refused(this.target, error);
      this.sent = 0;
      this.failure = undefined;
      this.leader = undefined;
    } catch (fatal) {
      this.giveUp(fatal);
    }
  }

  private async waitForBetter(error: unknown): Promise<void> {
    await this.pause(error);
    await this.client.cluster.refreshMetadata().catch(() => undefined);
    const id = await topicId(this.client, this.target.topic).catch((failure: unknown) => failure);
    const missing = id instanceof KafkaFailure && id.kafkaName === 'UNKNOWN_TOPIC_OR_PARTITION';
    // A broker that has just started may not know its topics yet: believed only after several tries.
    if ((missing && this.retries > 6) || (typeof id === 'string' && id !== this.target.topicId))
      throw topicGone(this.target);
  }

  /** Longer each time; throws when the oldest batch has waited long enough. */
  private async pause(error: unknown): Promise<void> {
    const { clock } = this.client;
    const { deliveryTimeoutMs } = this.target;
    const oldest = this.queue[0];
    if (oldest && clock.monotonic() - oldest.since > deliveryTimeoutMs)
      throw ackTimeout(this.target, deliveryTimeoutMs, error);
    await clock.sleep(Math.min(firstPauseMs * 2 ** this.retries++, longestPauseMs));
  }

  /**
   * Reads what the log has of this run and tells what turns out to be in it. The rest goes again as it was; if that fails alike, the
   * broker has forgotten the producer, and the rest gets a new identity.
   */
  private async findPlace(error: unknown): Promise<void> {
    await this.pause(error);
    const oldest = this.queue[0]!.firstRecord;
    if ((await this.readLog()) > oldest || this.misplaced++ === 0) return;
    this.identities.push(await this.target.renew(oldest));
    await this.readLog();
  }

  private async readLog(): Promise<number> {
    const known = { records: this.queue[0]!.firstRecord, nextOffset: this.nextOffset, bytes: 0 };
    const { topic, partition } = this.target;
    const { records } = await progressInLog(this.client, { topic, partition }, this.identities, known);
    // Where each batch lies is not worth knowing: the ledger takes any offset at or below it.
    let offset = this.nextOffset;
    for (const pending of this.queue) {
      if (pending.firstRecord + pending.batch.count > records) break;
      pending.offset ??= offset;
      offset += pending.batch.count;
    }
    if (this.queue.some(({ firstRecord, batch }) => firstRecord < records && firstRecord + batch.count > records))
      throw logWentOn(this.target, records);
    this.tellAcknowledged();
    return records;
  }

  private giveUp(error: unknown): void {
    this.fatal = error instanceof PipeError ? error : refused(this.target, error);
    this.failure = undefined;
    for (const { failed } of this.queue.splice(0)) failed(this.fatal);
    this.sent = 0;
  }
}

function losesPlace(error: unknown): boolean {
  return (
    error instanceof KafkaFailure &&
    [
      'OUT_OF_ORDER_SEQUENCE_NUMBER',
      'DUPLICATE_SEQUENCE_NUMBER',
      'UNKNOWN_PRODUCER_ID',
      'INVALID_PRODUCER_EPOCH',
    ].includes(error.kafkaName)
  );
}

import { CompressionTypes, type Message, type Producer } from 'kafkajs';
import type { KafkaClient } from '../../broker/client.js';
import { isRetriable } from '../../broker/protocol/failure.js';
import type { Plan } from '../../pipeline/plan.js';
import type { Batch } from '../../process/batch.js';
import type { Alert } from '../../process/detect/kind.js';
import { faultReasons, Verdict } from '../../process/verdict.js';
import { messageOf } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';
import { alertMessage } from './alert-message.js';
import { pauses } from './pauses.js';
import { stopped } from './stopped.js';

/** Most records of one request: kafkajs's own cost grows with the square of it. */
const messagesPerSend = 500;

/**
 * What the engine sends back to Kafka. The records that no window counts, as they came, with where they came from in their headers: dead letters with
 * reason and field, late events. And alerts, with their id. At least once: a record may come twice after a crash, with the same identity.
 */
export class Letters {
  private readonly runtime: Pick<Runtime, 'clock' | 'signal' | 'note'>;
  private readonly plan: Plan;
  private readonly producer: Producer;
  private readonly dead: Message[] = [];
  private readonly late: Message[] = [];
  private readonly alerts: Message[] = [];

  constructor(runtime: Pick<Runtime, 'clock' | 'signal' | 'note'>, plan: Plan, client: KafkaClient) {
    this.runtime = runtime;
    this.plan = plan;
    this.producer = client.kafka.producer({ idempotent: true, maxInFlightRequests: 5 });
  }

  /** A broker that goes away just then is waited for, as in `flush`. */
  connect(): Promise<void> {
    return this.patiently('connecting to Kafka', () => this.producer.connect());
  }

  /** Takes what the batch has for the topics of dead letters and late events; nothing is sent before `flush`. */
  collect(batch: Batch, verdicts: Uint8Array): void {
    for (let row = 0; row < batch.size; row++) {
      const verdict = verdicts[row];
      if (verdict === Verdict.late || verdict === Verdict.lateIdle) this.late.push(this.message(batch, row, {}));
      else if (verdict === Verdict.deadLetter) {
        const column = batch.faultColumns[row]!;
        const field = column < 0 ? '' : this.plan.fields[column]!.name;
        this.dead.push(this.message(batch, row, { reason: faultReasons[batch.faults[row]!]!, field }));
      }
    }
  }

  collectAlerts(alerts: readonly Alert[]): void {
    for (const alert of alerts) this.alerts.push(alertMessage(this.plan, alert));
  }

  /** Resolves when all that was collected is acknowledged by all in-sync replicas. A broker that is away is waited for, until the run is told to stop. */
  async flush(): Promise<void> {
    const { deadLetters, late, alerts } = this.plan.topics;
    await Promise.all([
      this.send(deadLetters, this.dead.splice(0)),
      this.send(late, this.late.splice(0)),
      this.send(alerts, this.alerts.splice(0)),
    ]);
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }

  private async send(topic: string, messages: Message[]): Promise<void> {
    for (let at = 0; at < messages.length; at += messagesPerSend)
      await this.sendSome(topic, messages.slice(at, at + messagesPerSend));
  }

  private async sendSome(topic: string, messages: Message[]): Promise<void> {
    const record = { topic, acks: -1, compression: CompressionTypes.None, messages };
    await this.patiently(`sending to ${topic}`, () => this.producer.send(record));
  }

  private async patiently(doing: string, attempt: () => Promise<unknown>): Promise<void> {
    const { clock, signal, note } = this.runtime;
    for (const pause of pauses()) {
      try {
        await attempt();
        return;
      } catch (error) {
        if (!isRetriable(error)) throw error;
        if (signal.aborted) throw stopped(doing, signal, error);
        note(`Kafka, ${doing}: ${messageOf(error)}; trying again in ${pause.ms / 1000} s`);
        await clock.sleep(pause.ms, signal).catch(() => undefined);
      }
    }
  }

  private message(batch: Batch, row: number, why: Record<string, string>): Message {
    const { buffer, keyStarts, keyEnds, valueStarts, valueEnds } = batch.records;
    return {
      // The same partition as the source's, so that order within a key stays.
      partition: batch.partition,
      key: copy(buffer, keyStarts[row]!, keyEnds[row]!),
      value: copy(buffer, valueStarts[row]!, valueEnds[row]!),
      timestamp: String(batch.recordTimes[row]!),
      headers: {
        ...why,
        topic: this.plan.topics.events,
        partition: String(batch.partition),
        offset: String(batch.offsets[row]!),
      },
    };
  }
}

/** The buffer is the fetch's and large: what outlives the block is copied out of it. */
function copy(buffer: Uint8Array, start: number, end: number): Buffer | null {
  return start < 0 ? null : Buffer.from(buffer.subarray(start, end));
}

import type { KafkaClient } from '../../broker/client.js';
import { partitionOffsets } from '../../broker/offsets.js';
import type { PartitionProducer } from '../../broker/partition-producer.js';
import { newProducerId } from '../../broker/producer-identity.js';
import { RecordBatchWriter } from '../../broker/record-batch/encode.js';
import { encodeHeaders } from '../../broker/record-batch/headers.js';
import { maxBatchBytes } from '../../broker/topics.js';
import type { Plan } from '../../pipeline/plan.js';
import { messageOf, PipeError, usageError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import { runFolder } from '../ledger/header.js';
import { ledgerProducer } from '../ledger/producer.js';
import { createRun, freeRunName, type HeldRun, releaseRun } from '../ledger/runs.js';
import { type Letter, nameOf } from './letter.js';
import { ReplayLog } from './replay-log.js';

const mostRecords = 5_000;
const nothingInjected = { late: 0, repeated: 0, discarded: 0, corrupted: 0 };

/**
 * A run that sends letters to the events topic again, on file in the ledger as any other. One batch at a time: announced on disk, sent, acknowledged.
 */
export class ReplayRun {
  /** Letters acknowledged. */
  replayed = 0;
  readonly name: string;
  private readonly client: KafkaClient;
  private readonly held: HeldRun;
  private readonly log: ReplayLog;
  private readonly producers = new Map<number, PartitionProducer>();
  private readonly writer = new RecordBatchWriter(maxBatchBytes);
  private partition = -1;
  private offsets: number[] = [];

  private constructor(client: KafkaClient, home: Home, held: HeldRun) {
    const { pipeline, run } = held.ledger.header;
    this.client = client;
    this.held = held;
    this.name = run;
    this.log = new ReplayLog(runFolder(home, pipeline, run));
  }

  /** Puts the run on file; nothing is sent yet. */
  static async begin(client: KafkaClient, home: Home, plan: Plan, topicId: string): Promise<ReplayRun> {
    const topic = plan.topics.events;
    const { id, epoch } = await newProducerId(client);
    const createdAt = client.clock.now();
    const held = createRun(home, {
      version: 1,
      kind: 'replay',
      run: freeRunName(home, plan.name, `replay-${createdAt}`),
      pipeline: plan.name,
      topic,
      topicId,
      createdAt,
      producer: { id: String(id), epoch },
      partitions: (await partitionOffsets(client, topic)).map(({ end }) => ({ begin: end })),
      source: plan.topics.deadLetters,
    });
    return new ReplayRun(client, home, held);
  }

  /** Takes the letter with this value and record time (epoch ms); full batches are acknowledged before it resolves. */
  async add(letter: Letter, value: Buffer | null, recordTime: number): Promise<void> {
    if (letter.partition !== this.partition || this.offsets.length === mostRecords) await this.flush();
    this.partition = letter.partition;
    const headers = encodeHeaders({ replayed_from: nameOf(letter), replayed_time: String(letter.time) });
    const append = () => this.writer.append(recordTime, letter.key, value, 0, value?.length ?? 0, headers);
    if (!append()) {
      await this.flush();
      if (!append())
        throw usageError(
          `letter ${nameOf(letter)}: expected a record of at most ${maxBatchBytes} bytes, got a value of ${value?.length ?? 0}`,
          'Leave it out with --partition, --offset or --reason.',
          'LETTER_TOO_LARGE',
        );
    }
    this.offsets.push(letter.offset);
  }

  /** Sends what is gathered; all of it is acknowledged and on file when it resolves. */
  async flush(): Promise<void> {
    const { partition, writer, offsets, held, client } = this;
    if (offsets.length === 0) return;
    this.log.announce(partition, offsets);
    const producer = this.producers.get(partition) ?? ledgerProducer(client, held.ledger, partition);
    this.producers.set(partition, producer);
    const { count, size } = writer;
    const first = await producer.send(writer).catch((error: unknown) => {
      throw interrupted(error);
    });
    held.ledger.acknowledge(partition, count, first + count, size, client.clock.monotonic());
    this.replayed += count;
    this.offsets = [];
    writer.reset();
  }

  /** Says how the run ended. What is gathered and not sent is left out. */
  end(how: 'complete' | 'stopped'): void {
    const { ledger } = this.held;
    ledger.end(
      how,
      ledger.state.partitions.map(() => ({ ...nothingInjected })),
    );
  }

  close(): void {
    this.log.close();
    releaseRun(this.held);
  }
}

/** The producer's own hint is for generator runs. */
function interrupted(error: unknown): PipeError {
  const { code, exit } = error instanceof PipeError ? error : { code: 'KAFKA_REFUSED', exit: undefined };
  return new PipeError(messageOf(error), {
    code,
    ...(exit === undefined ? {} : { exit }),
    hint: 'Run the same replay again: letters that reached the topic are on file and are left out.',
    cause: error,
  });
}

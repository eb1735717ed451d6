import type { KafkaClient } from '../../../src/core/broker/client.js';
import type { Exchange } from '../../../src/core/broker/kafkajs-cluster.js';
import { WireReader, WireWriter } from '../../../src/core/broker/protocol/wire.js';
import { type BatchHeader, batchHeaderAt } from '../../../src/core/broker/record-batch/decode.js';
import type { Clock } from '../../../src/core/runtime/runtime.js';

/** What befalls one Produce request. */
export type Fault =
  | 'none'
  /** The connection ends before the broker has read it, and with it everything behind it. */
  | 'lost request'
  /** Appended, but the connection ends before the answer. */
  | 'lost answer'
  /** A retriable answer, not appended. */
  | 'not leader'
  /** Answered as out of order though it is not: as by a broker that lost its producer state. */
  | 'forgets producer';

interface Appended {
  header: BatchHeader;
  bytes: Buffer;
  baseOffset: number;
}

interface ProducerState {
  epoch: number;
  next: number;
  /** The last five: what a repeat is recognised by. */
  recent: Appended[];
}

/** One partition of a topic, and what it remembers of its producers. */
interface Partition {
  log: Appended[];
  end: number;
  producers: Map<bigint, ProducerState>;
}

/** A Kafka broker with one topic as the protocol describes it: idempotent producers, five batches remembered, answers in order. */
export class SimulatedBroker {
  readonly partitions: Partition[];
  readonly clock: Clock;
  readonly client: KafkaClient;
  readonly faults: Fault[];
  topicId = 'a'.repeat(32);
  /** How many Produce requests came. */
  requests = 0;
  private nextProducer = 100n;
  private connected = true;
  private busy: Promise<unknown> = Promise.resolve();
  private generation = 0;

  /** Faults in the order of the Produce requests; none after the last. `answerMs` is how long an append takes. */
  constructor(faults: readonly Fault[], clock: Clock, answerMs: (request: number) => number = () => 0, partitions = 1) {
    this.faults = [...faults];
    this.clock = clock;
    this.partitions = Array.from({ length: partitions }, () => ({ log: [], end: 0, producers: new Map() }));
    const broker = {
      nodeId: 1,
      isConnected: () => this.connected,
      connectionPool: {
        pool: [{ isConnected: () => this.connected }, { isConnected: () => this.connected }],
        getConnection: async () => {
          this.connected = true;
        },
        send: <T>(exchange: Exchange<T>): Promise<T> => {
          const sentOn = this.generation;
          const pause = exchange.request.apiKey === 0 ? answerMs(this.requests++) : 0;
          const answered = this.busy.then(async () => {
            if (pause > 0) await clock.sleep(pause);
            return this.handle(exchange, sentOn);
          });
          this.busy = answered.catch(() => undefined);
          return answered;
        },
      },
      initProducerId: async () => ({ producerId: String(this.nextProducer++), producerEpoch: 0 }),
    };
    const cluster = {
      addTargetTopic: async () => undefined,
      refreshMetadata: async () => undefined,
      findLeaderForPartitions: () => ({ 1: [...this.partitions.keys()] }),
      findBroker: async () => broker,
      findControllerBroker: async () => broker,
    };
    this.client = { cluster, clock, endpoint: { brokers: ['simulated:9092'] } } as unknown as KafkaClient;
  }

  /** Of the first partition. */
  get log(): Appended[] {
    return this.partitions[0]!.log;
  }

  private async handle<T>({ request, response }: Exchange<T>, sentOn: number): Promise<T> {
    if (sentOn !== this.generation) throw connectionError();
    const { buffer } = await request.encode();
    const answer = this.answer(request.apiKey, buffer);
    return response.parse(await response.decode(answer));
  }

  private answer(apiKey: number, request: Buffer): Buffer {
    if (apiKey === 0) return this.produce(request);
    if (apiKey === 1) return this.fetch(request);
    return this.metadata();
  }

  private produce(request: Buffer): Buffer {
    const reader = new WireReader(request);
    reader.string();
    reader.int16();
    reader.int32();
    reader.int32();
    reader.string();
    const parts = reader.array(() => ({
      partition: reader.int32(),
      bytes: Buffer.from(reader.take(reader.int32())),
    }));
    const fault = this.faults.shift() ?? 'none';
    if (fault === 'lost request') throw this.disconnect();
    // The last part alone is refused: the others are taken.
    const answers = parts.map(({ partition, bytes }, at): ProducedAs => {
      if (at === parts.length - 1 && fault === 'not leader') return [partition, 6, -1];
      if (at === parts.length - 1 && fault === 'forgets producer') return [partition, 45, -1];
      return [partition, ...this.append(this.partitions[partition]!, bytes)];
    });
    if (fault === 'lost answer') throw this.disconnect();
    return produced(answers);
  }

  private append(partition: Partition, bytes: Buffer): [code: number, baseOffset: number] {
    const header = batchHeaderAt(bytes, 0)!;
    const { producerId, producerEpoch, baseSequence, count } = header;
    const known = partition.producers.get(producerId);
    const repeated = known?.recent.find(({ header: one }) => one.baseSequence === baseSequence && one.count === count);
    if (repeated) return [0, repeated.baseOffset];
    if (known && known.next !== baseSequence) return [45, -1];
    const state = known ?? { epoch: producerEpoch, next: 0, recent: [] };
    const appended = { header, bytes, baseOffset: partition.end };
    bytes.writeBigInt64BE(BigInt(partition.end), 0);
    partition.log.push(appended);
    partition.end += count;
    state.next = (baseSequence + count) % 2 ** 31;
    state.recent = [...state.recent, appended].slice(-5);
    partition.producers.set(producerId, state);
    return [0, appended.baseOffset];
  }

  private fetch(request: Buffer): Buffer {
    const reader = new WireReader(request);
    reader.take(4 + 4 + 4 + 4 + 1 + 4);
    const topic = reader.string();
    reader.int32();
    const partition = reader.int32();
    const offset = reader.int64();
    const { log, end } = this.partitions[partition]!;
    const found = log.filter(({ baseOffset, header }) => baseOffset + header.count > offset);
    const records = Buffer.concat(found.map(({ bytes }) => bytes));
    return new WireWriter()
      .int32(0)
      .int32(1)
      .string(topic)
      .int32(1)
      .int32(partition)
      .int16(0)
      .int64(end)
      .int64(end)
      .int32(0)
      .int32(records.length)
      .bytes(records)
      .finish();
  }

  private metadata(): Buffer {
    return new WireWriter()
      .unsignedVarint(0)
      .int32(0)
      .unsignedVarint(1)
      .unsignedVarint(0)
      .int32(1)
      .unsignedVarint(2)
      .int16(0)
      .compactString('t')
      .bytes(Buffer.from(this.topicId, 'hex'))
      .int8(0)
      .unsignedVarint(1)
      .int32(0)
      .unsignedVarint(0)
      .unsignedVarint(0)
      .finish();
  }

  private disconnect(): Error {
    this.connected = false;
    this.generation++;
    return connectionError();
  }
}

type ProducedAs = [partition: number, code: number, baseOffset: number];

function produced(parts: readonly ProducedAs[]): Buffer {
  const answer = new WireWriter().int32(1).string('t').int32(parts.length);
  for (const [partition, code, offset] of parts) answer.int32(partition).int16(code).int64(offset).int64(-1).int64(0);
  return answer.int32(0).finish();
}

function connectionError(): Error {
  return Object.assign(new Error('Closed connection'), { name: 'KafkaJSConnectionClosedError', retriable: true });
}

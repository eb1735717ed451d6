/**
 * The way in for whoever sends generated events.
 *
 *     const workload = planWorkload({ plan, domain, metadata, seed, run, start, rate, arrival, skew, distortions, count });
 *     for (const event of partitionEvents(workload, partition)) {
 *       await until(event.at);                                  // pacing is the caller's; with rate 'max' it does not wait
 *       send(event.key, event.buffer, event.start, event.end, timestamp: event.recordTime);
 *     }
 *
 * One call makes all that one partition is sent, in order: repeats included, discarded events left out. Partitions are independent, so workers
 * may share them out at will. With rate 'max' send the partition whose next `at` is lowest, so that event times keep together.
 *
 * To resume, pass `fromOrdinal`: how many records of the run the partition already holds. The run is then replayed from its beginning
 * without encoding (a snapshot of every domain's state would be larger and one more thing to keep right) and goes on with the same bytes.
 * Times stay those of the original schedule until `rebase` moves what is still to come: bytes then depend on where and how far, too.
 */
import type { Plan } from '../pipeline/plan.js';
import { AliasTable } from './alias.js';
import { ByteWriter } from './byte-writer.js';
import { Corrupter } from './corrupt.js';
import { type Corruption, Distorter } from './distorter.js';
import { eventIds } from './event-id.js';
import type { Anomaly, EventSource, EventValues } from './generator.js';
import { JsonEncoder } from './json-encoder.js';
import { randomStream } from './random.js';
import type { Schedule } from './schedule.js';
import { SendOrder } from './send-order.js';
import { scheduleOf, type Workload } from './workload.js';

/** One record to send. Its bytes stay as they are for as long as it is held. */
export interface PartitionEvent {
  partition: number;
  /** Of the event in its partition, from 0; discarded ones leave gaps, a repeat has its original's. */
  sequence: number;
  /** Of the record among all that this run sends to the partition, from 0, without gaps. */
  ordinal: number;
  /** Intended send time, epoch ms with fractions. */
  at: number;
  /** The Kafka record's timestamp: `at` in whole ms. */
  recordTime: number;
  key: string;
  /** As made by the domain; a corrupt event's bytes say something else. */
  values: EventValues;
  /** The value's JSON is buffer[start, end). */
  buffer: Uint8Array;
  start: number;
  end: number;
  repeat: boolean;
  /** Milliseconds by which --late moved the event time back; 0 for none. */
  lateBy: number;
  corruption: Corruption | undefined;
  anomaly: Anomaly | undefined;
}

/** Counts of what was handed out, a skipped beginning included. */
export interface Totals {
  /** New events made. */
  sequences: number;
  /** Records: sequences - discarded + repeated. */
  sent: number;
  late: number;
  repeated: number;
  discarded: number;
  corrupted: number;
}

export const noTotals: Readonly<Totals> = { sequences: 0, sent: 0, late: 0, repeated: 0, discarded: 0, corrupted: 0 };

export function partitionEvents(workload: Workload, partition: number, fromOrdinal = 0): PartitionRun {
  const run = new PartitionRun(workload, partition);
  run.skipTo(fromOrdinal);
  return run;
}

export class PartitionRun implements Iterable<PartitionEvent> {
  readonly totals: Totals = { ...noTotals };
  private readonly plan: Plan;
  private readonly partition: number;
  private readonly startTime: number;
  /** Sum of the rebases. */
  private shift = 0;
  private readonly schedule: Schedule;
  private readonly source: EventSource | undefined;
  private readonly distorter: Distorter;
  private readonly order: SendOrder;
  private readonly idOf: (sequence: number) => string;
  private readonly encoder: JsonEncoder;
  private readonly corrupter: Corrupter;
  private readonly writer = new ByteWriter();
  /** The newest events by sequence modulo 32, for repeats. */
  private readonly recent: PartitionEvent[] = [];
  private offset = 0;

  constructor(workload: Workload, partition: number) {
    const { plan, seed, run, start, distortions } = workload;
    this.plan = plan;
    this.partition = partition;
    this.startTime = start;
    this.schedule = scheduleOf(workload, partition);
    this.source = sourceOf(workload, partition);
    this.distorter = new Distorter(distortions, seed, partition);
    this.order = new SendOrder(this.distorter);
    this.idOf = eventIds(run, partition);
    this.encoder = new JsonEncoder(plan);
    this.corrupter = new Corrupter(plan, this.encoder);
  }

  /** The next record, or undefined after the last. */
  next(): PartitionEvent | undefined {
    const event = this.advance();
    if (event && event.start < 0) this.encode(event);
    return event;
  }

  /** Goes on to the record with this ordinal, without encoding what lies before; at most to the end. */
  skipTo(ordinal: number): void {
    while (this.totals.sent < ordinal && this.advance());
  }

  /**
   * From here on intended times, and with them event and record times, lie so much later: a run that was away goes on as of now. What happens stays the
   * same, as the domain is told the times of the original schedule. Repeats of what was sent keep their bytes.
   */
  rebase(ms: number): void {
    this.shift += ms;
  }

  *[Symbol.iterator](): Iterator<PartitionEvent> {
    for (let event = this.next(); event; event = this.next()) yield event;
  }

  private advance(): PartitionEvent | undefined {
    const { order, totals } = this;
    for (;;) {
      const step = order.step(this.hasMore);
      if (step === undefined) return undefined;
      if (step === 'repeat') return this.repeat(this.recent[order.sequence & 31]!);
      const values = this.source!.next(Math.floor(this.startTime + this.offset));
      totals.sequences++;
      if (step === 'send') return this.make(order.sequence, values);
      totals.discarded++;
    }
  }

  private readonly hasMore = (): boolean => {
    const next = this.schedule.next();
    if (next < 0) return false;
    this.offset = next;
    return true;
  };

  /** Intended send time of the newest event. */
  private get at(): number {
    return this.startTime + this.offset + this.shift;
  }

  private make(sequence: number, values: EventValues): PartitionEvent {
    const { plan, totals, distorter, at } = this;
    const recordTime = Math.floor(at);
    const lateBy = distorter.latenessOf(sequence);
    const corruption = distorter.corruptionOf(sequence);
    values[plan.id] = this.idOf(sequence);
    values[plan.time] = recordTime - lateBy;
    if (lateBy > 0) totals.late++;
    if (corruption) totals.corrupted++;
    const event: PartitionEvent = {
      partition: this.partition,
      sequence,
      ordinal: totals.sent++,
      at,
      recordTime,
      key: values[plan.key] as string,
      values,
      buffer: this.writer.buffer,
      start: -1,
      end: -1,
      repeat: false,
      lateBy,
      corruption,
      anomaly: this.source!.anomaly?.(),
    };
    this.recent[sequence & 31] = event;
    return event;
  }

  /** The same bytes once more, with the time of the event that it follows. */
  private repeat(original: PartitionEvent): PartitionEvent {
    const { at } = this;
    this.totals.repeated++;
    return { ...original, ordinal: this.totals.sent++, at, recordTime: Math.floor(at), repeat: true };
  }

  private encode(event: PartitionEvent): void {
    const { writer } = this;
    writer.mark = writer.position;
    const { values, corruption, sequence } = event;
    if (!corruption) this.encoder.encode(writer, values);
    else this.corrupter.encode(writer, values, corruption, this.distorter.corruptionDetail(sequence));
    event.buffer = writer.buffer;
    event.start = writer.mark;
    event.end = writer.position;
  }
}

/** Undefined for a partition without keys, which makes no events. */
function sourceOf({ plan, domain, metadata, seed, partitions }: Workload, partition: number): EventSource | undefined {
  const { keys, weights } = partitions[partition]!;
  if (keys.length === 0) return undefined;
  const random = randomStream(seed, 'events', partition);
  const table = new AliasTable(weights);
  const drawKeyIndex = () => table.draw(random);
  return domain.source({
    plan,
    metadata,
    partition,
    random,
    keys,
    drawKeyIndex,
    drawKey: () => keys[drawKeyIndex()]!,
  });
}

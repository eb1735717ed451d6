import type { KafkaClient } from '../../broker/client.js';
import { recordsAfter } from '../../broker/producer-identity.js';
import { type BatchHeader, eachRecord, recordBytes } from '../../broker/record-batch/decode.js';
import { readTail } from '../../broker/tail.js';
import { type RecordLabel, recordLabels } from '../../generate/oracle.js';
import type { PartitionEvent } from '../../generate/partition-run.js';
import { scheduledWork } from '../../run/ledger/header.js';
import { type Segment, segmentsOf } from '../oracle/segments.js';
import type { OracleRecord, RunAnomaly } from '../oracle/values.js';
import type { KnownRun } from './runs.js';

/** Offsets [from, to) of one partition, and how many of their records each witness told. */
export interface Extent {
  partition: number;
  from: number;
  to: number;
}

export interface Told {
  ledger: number;
  topic: number;
}

const recordsAtOnce = 32_768;

/**
 * The acknowledged records of a partition in offset order, in chunks: made from the seed where a run in the ledger fills its offsets alone, read
 * from the topic otherwise. Adds to `told`. With `anomalies` the events of the latter are made too, for the truth about them.
 */
export async function* partitionRecords(
  client: KafkaClient,
  topic: string,
  runs: readonly KnownRun[],
  { partition, from, to }: Extent,
  told: Told,
  anomalies = false,
): AsyncGenerator<OracleRecord[]> {
  const extents = runs
    .filter(({ remake }) => remake !== undefined)
    .flatMap((run) => {
      const its = run.ledger.partitions.find((each) => each.partition === partition);
      return its ? [{ run, begin: its.begin, next: its.next, records: its.produced }] : [];
    });
  const labels = new RunLabels(runs, partition, anomalies);
  for (const segment of segmentsOf(extents, from, to)) {
    const chunks = segment.run
      ? madeRecords(segment.run, partition, segment)
      : readRecords(client, topic, partition, segment, labels);
    for await (const chunk of chunks) {
      told[segment.run ? 'ledger' : 'topic'] += chunk.length;
      yield chunk;
    }
  }
}

function* madeRecords(
  run: KnownRun,
  partition: number,
  { from, to }: Pick<Segment<KnownRun>, 'from' | 'to'>,
): Generator<OracleRecord[]> {
  const events = run.remake!(partition);
  for (let offset = from; offset < to; ) {
    const chunk: OracleRecord[] = [];
    while (offset < to && chunk.length < recordsAtOnce) {
      const { done, value: event } = events.next();
      if (done) throw new RangeError(`the seed makes no record for offset ${offset}, which the ledger says was sent`);
      const { recordTime, buffer, start, end } = event;
      chunk.push({ offset: offset++, recordTime, value: buffer.subarray(start, end), ...truthOf(run, event) });
    }
    yield chunk;
  }
}

async function* readRecords(
  client: KafkaClient,
  topic: string,
  partition: number,
  { from, to }: Pick<Segment<KnownRun>, 'from' | 'to'>,
  labels: RunLabels,
): AsyncGenerator<OracleRecord[]> {
  let chunk: OracleRecord[] = [];
  for await (const { header, bytes } of readTail(client, topic, { partition, from, end: to })) {
    if (header.control) continue;
    const range = recordBytes(bytes, header);
    const truthOfNext = labels.ofBatch(header);
    eachRecord(header, range, (offset, recordTime, _keyStart, _keyEnd, start, end) => {
      const truth = truthOfNext();
      if (offset < from || offset >= to) return;
      const value = start < 0 ? null : range.bytes.subarray(start, end);
      chunk.push({ offset, recordTime, value, ...truth });
    });
    if (chunk.length < recordsAtOnce) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** What a run did on purpose to a record. */
interface Truth {
  injected: RecordLabel;
  anomaly?: RunAnomaly | undefined;
}

const nothing: Truth = { injected: undefined };

function truthOf({ ledger }: KnownRun, { repeat, corruption, lateBy, anomaly }: PartitionEvent): Truth {
  const injected = repeat ? 'repeated' : corruption ? 'corrupted' : lateBy > 0 ? 'late' : undefined;
  return { injected, anomaly: anomaly && { ...anomaly, run: ledger.run } };
}

function* madeTruths(run: KnownRun, partition: number): Generator<Truth> {
  const events = run.remake!(partition);
  for (let event = events.next(); !event.done; event = events.next()) yield truthOf(run, event.value);
}

function* labelTruths(labels: Iterable<RecordLabel>): Generator<Truth> {
  for (const injected of labels) yield { injected };
}

/** What is wrong on purpose with the records of a partition: each batch names its producer, which is a run's, and the place in the run. */
class RunLabels {
  private readonly runs: { run: KnownRun; truths: Iterator<Truth>; taken: number }[];
  private readonly partition: number;

  /** Anomalies cost making the events, and are told of runs that can be made again. */
  constructor(runs: readonly KnownRun[], partition: number, anomalies: boolean) {
    this.partition = partition;
    this.runs = runs.flatMap((run) => {
      const work = scheduledWork(run.ledger.header);
      if (!work || !run.ledger.header.partitions[partition]) return [];
      const truths = anomalies && run.remake ? madeTruths(run, partition) : labelTruths(recordLabels(work, partition));
      return [{ run, truths, taken: 0 }];
    });
  }

  /** To be called once per record of the batch, in their order. */
  ofBatch(header: BatchHeader): () => Truth {
    for (const known of this.runs) {
      const identity = known.run.ledger.ledger.partitions[this.partition]!.identities.find(
        ({ id, epoch }) => id === header.producerId && epoch === header.producerEpoch,
      );
      if (!identity) continue;
      const first = recordsAfter(identity, header, known.taken) - header.count;
      for (; known.taken < first; known.taken++) known.truths.next();
      return () => {
        known.taken++;
        return (known.truths.next().value as Truth | undefined) ?? nothing;
      };
    }
    return () => nothing;
  }
}

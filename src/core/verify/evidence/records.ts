import type { KafkaClient } from '../../broker/client.js';
import { recordsAfter } from '../../broker/producer-identity.js';
import { type BatchHeader, eachRecord, recordBytes } from '../../broker/record-batch/decode.js';
import { readTail } from '../../broker/tail.js';
import { type RecordLabel, recordLabels } from '../../generate/oracle.js';
import type { PartitionEvent } from '../../generate/partition-run.js';
import { scheduledWork } from '../../run/ledger/header.js';
import { type Segment, segmentsOf } from '../oracle/segments.js';
import type { OracleRecord } from '../oracle/values.js';
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
 * from the topic otherwise. Adds to `told`.
 */
export async function* partitionRecords(
  client: KafkaClient,
  topic: string,
  runs: readonly KnownRun[],
  { partition, from, to }: Extent,
  told: Told,
): AsyncGenerator<OracleRecord[]> {
  const extents = runs
    .filter(({ remake }) => remake !== undefined)
    .flatMap((run) => {
      const its = run.ledger.partitions.find((each) => each.partition === partition);
      return its ? [{ run, begin: its.begin, next: its.next, records: its.produced }] : [];
    });
  const labels = new RunLabels(runs, partition);
  for (const segment of segmentsOf(extents, from, to)) {
    const chunks = segment.run
      ? madeRecords(segment.run.remake!(partition), segment)
      : readRecords(client, topic, partition, segment, labels);
    for await (const chunk of chunks) {
      told[segment.run ? 'ledger' : 'topic'] += chunk.length;
      yield chunk;
    }
  }
}

function* madeRecords(
  events: Iterator<PartitionEvent>,
  { from, to }: Pick<Segment<KnownRun>, 'from' | 'to'>,
): Generator<OracleRecord[]> {
  for (let offset = from; offset < to; ) {
    const chunk: OracleRecord[] = [];
    while (offset < to && chunk.length < recordsAtOnce) {
      const { done, value: event } = events.next();
      if (done) throw new RangeError(`the seed makes no record for offset ${offset}, which the ledger says was sent`);
      const { recordTime, buffer, start, end, repeat, corruption, lateBy } = event;
      const injected = repeat ? 'repeated' : corruption ? 'corrupted' : lateBy > 0 ? 'late' : undefined;
      chunk.push({ offset: offset++, recordTime, value: buffer.subarray(start, end), injected });
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
    const labelOf = labels.ofBatch(header);
    eachRecord(header, range, (offset, recordTime, _keyStart, _keyEnd, start, end) => {
      const injected = labelOf();
      if (offset < from || offset >= to) return;
      const value = start < 0 ? null : range.bytes.subarray(start, end);
      chunk.push({ offset, recordTime, value, injected });
    });
    if (chunk.length < recordsAtOnce) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** What is wrong on purpose with the records of a partition: each batch names its producer, which is a run's, and the place in the run. */
class RunLabels {
  private readonly runs: { run: KnownRun; labels: Iterator<RecordLabel>; taken: number }[];
  private readonly partition: number;

  constructor(runs: readonly KnownRun[], partition: number) {
    this.partition = partition;
    this.runs = runs.flatMap((run) => {
      const work = scheduledWork(run.ledger.header);
      return work && run.ledger.header.partitions[partition]
        ? [{ run, labels: recordLabels(work, partition), taken: 0 }]
        : [];
    });
  }

  /** To be called once per record of the batch, in their order. */
  ofBatch(header: BatchHeader): () => RecordLabel {
    for (const known of this.runs) {
      const identity = known.run.ledger.ledger.partitions[this.partition]!.identities.find(
        ({ id, epoch }) => id === header.producerId && epoch === header.producerEpoch,
      );
      if (!identity) continue;
      const first = recordsAfter(identity, header, known.taken) - header.count;
      for (; known.taken < first; known.taken++) known.labels.next();
      return () => {
        known.taken++;
        return known.labels.next().value as RecordLabel;
      };
    }
    return () => undefined;
  }
}

import type { KafkaClient } from './client.js';
import { patiently } from './patience.js';
import type { ProducerPosition } from './record-batch/encode.js';
import { sequenceSpan } from './record-batch/layout.js';
import { readTail } from './tail.js';

/**
 * Who writes a partition, to the broker: it refuses this producer's sequence numbers when they come twice or out of order. The numbers count the
 * records of the run in the partition, so that they say the place in the run wherever a batch of it is met.
 */
export interface ProducerIdentity {
  id: bigint;
  epoch: number;
  /** Index, within run and partition, of the record that has sequence number 0. */
  firstRecord: number;
}

/** A producer id that nobody had before. */
export async function newProducerId(client: KafkaClient): Promise<{ id: bigint; epoch: number }> {
  const { producerId, producerEpoch } = await patiently(client, async () => {
    const broker = await client.cluster.findControllerBroker();
    return broker.initProducerId({ transactionTimeout: 60_000 });
  });
  return { id: BigInt(producerId), epoch: producerEpoch };
}

/** What the batch that begins with record `index` says of its producer. */
export function positionOf(identity: ProducerIdentity, index: number): ProducerPosition {
  const baseSequence = (index - identity.firstRecord) % sequenceSpan;
  return { producerId: identity.id, producerEpoch: identity.epoch, baseSequence };
}

/** How far a run has come in a partition. */
export interface Progress {
  /** Its records in the log. */
  records: number;
  /** Behind the last of them, or where the reading began. */
  nextOffset: number;
  /** Of the batches that were found beyond what was known. */
  bytes: number;
}

/**
 * Reads a partition on from what is known and answers with what is there: exact, since each batch says producer and sequence. Records of others are
 * passed over. `identities` are all that the run has used.
 */
export async function progressInLog(
  client: KafkaClient,
  { topic, partition, end }: { topic: string; partition: number; end?: number },
  identities: readonly ProducerIdentity[],
  known: Progress,
): Promise<Progress> {
  let { records, nextOffset, bytes } = known;
  const from = known.nextOffset;
  for await (const { header } of readTail(client, topic, { partition, from, ...(end === undefined ? {} : { end }) })) {
    const identity = identities.find(({ id, epoch }) => id === header.producerId && epoch === header.producerEpoch);
    if (!identity || header.control) continue;
    const after = recordsAfter(identity, header, records);
    if (after > records) bytes += header.end - header.start;
    records = after;
    nextOffset = header.baseOffset + header.lastOffsetDelta + 1;
  }
  return { records, nextOffset, bytes };
}

/** How many records of the run there are with this batch. Sequence numbers wrap at 2^31: the count is the one nearest above what is known. */
export function recordsAfter(
  { firstRecord }: ProducerIdentity,
  { baseSequence, count }: { baseSequence: number; count: number },
  known: number,
): number {
  const modulo = (baseSequence + count + firstRecord) % sequenceSpan;
  const ahead = (((modulo - known) % sequenceSpan) + sequenceSpan) % sequenceSpan;
  return ahead < sequenceSpan / 2 ? known + ahead : known;
}

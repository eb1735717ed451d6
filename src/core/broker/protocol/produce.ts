import { type Exchange, exchange } from '../kafkajs-cluster.js';
import { WireReader, WireWriter } from './wire.js';

/** How long the leader waits for its followers before it answers REQUEST_TIMED_OUT. */
const acksTimeoutMs = 30_000;
const allInSyncReplicas = -1;

/** One batch: the protocol takes no second one for the same partition. */
export interface ProducePart {
  partition: number;
  batch: Buffer;
}

export interface ProducedPart {
  partition: number;
  /** 0, or why this batch was not taken; the others may be in the log all the same. */
  code: number;
  /** Offset of the batch's first record. */
  baseOffset: number;
}

/** Produce, version 7: batches for several partitions of one topic, to their leader, acknowledged by all in-sync replicas. */
export function produceExchange(topic: string, parts: readonly ProducePart[]): Exchange<ProducedPart[]> {
  const size = parts.reduce((sum, { batch }) => sum + batch.length + 8, topic.length + 64);
  const body = new WireWriter(size).string(null).int16(allInSyncReplicas).int32(acksTimeoutMs);
  body.int32(1).string(topic).int32(parts.length);
  for (const { partition, batch } of parts) body.int32(partition).int32(batch.length).bytes(batch);
  return exchange({ key: 0, version: 7, name: 'Produce' }, body.finish(), (payload) => {
    const reader = new WireReader(payload);
    const value = reader
      .array(() => {
        reader.string();
        return reader.array(() => producedPart(reader));
      })
      .flat();
    return { clientSideThrottleTime: reader.int32(), value };
  });
}

function producedPart(reader: WireReader): ProducedPart {
  const partition = reader.int32();
  const code = reader.int16();
  const baseOffset = reader.int64();
  reader.take(16);
  return { partition, code, baseOffset };
}

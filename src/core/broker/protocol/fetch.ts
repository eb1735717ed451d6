import { type Exchange, exchange } from '../kafkajs-cluster.js';
import { KafkaFailure } from './failure.js';
import { WireReader, WireWriter } from './wire.js';

export interface FetchPart {
  partition: number;
  /** Of the next record that is wanted; the first batch may begin before it. */
  offset: number;
  maxBytes: number;
}

export interface FetchedPart {
  partition: number;
  /** Offset behind the last record that is replicated. */
  highWatermark: number;
  /** Record batches, the last perhaps cut short. */
  records: Buffer;
}

/** Fetch, version 4 (the oldest that Kafka 4 takes): several partitions of one topic from their leader, as raw record batches. */
export function fetchExchange(
  topic: string,
  parts: readonly FetchPart[],
  { maxWaitMs, minBytes, maxBytes }: { maxWaitMs: number; minBytes: number; maxBytes: number },
): Exchange<FetchedPart[]> {
  const body = new WireWriter().int32(-1).int32(maxWaitMs).int32(minBytes).int32(maxBytes).int8(0);
  body.int32(1).string(topic).int32(parts.length);
  for (const part of parts) body.int32(part.partition).int64(part.offset).int32(part.maxBytes);
  const api = { key: 1, version: 4, name: 'Fetch', timeoutMs: maxWaitMs + 10_000 };
  return exchange(api, body.finish(), (payload) => {
    const reader = new WireReader(payload);
    const clientSideThrottleTime = reader.int32();
    const value = reader
      .array(() => {
        reader.string();
        return reader.array(() => fetchedPart(reader));
      })
      .flat();
    return { clientSideThrottleTime, value };
  });
}

function fetchedPart(reader: WireReader): FetchedPart {
  const partition = reader.int32();
  const code = reader.int16();
  const highWatermark = reader.int64();
  reader.int64();
  reader.array(() => reader.take(16));
  const records = reader.take(Math.max(0, reader.int32()));
  if (code !== 0) throw new KafkaFailure('Fetch', code);
  return { partition, highWatermark, records };
}

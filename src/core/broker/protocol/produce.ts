import { type Exchange, exchange } from '../kafkajs-cluster.js';
import { KafkaFailure } from './failure.js';
import { WireReader, WireWriter } from './wire.js';

/** How long the leader waits for its followers before it answers REQUEST_TIMED_OUT. */
const acksTimeoutMs = 30_000;
const allInSyncReplicas = -1;

/** Produce, version 7: one batch for one partition, acknowledged by all in-sync replicas. Answers with the offset of its first record. */
export function produceExchange(topic: string, partition: number, batch: Buffer): Exchange<number> {
  const body = new WireWriter(batch.length + topic.length + 64)
    .string(null)
    .int16(allInSyncReplicas)
    .int32(acksTimeoutMs)
    .int32(1)
    .string(topic)
    .int32(1)
    .int32(partition)
    .int32(batch.length)
    .bytes(batch)
    .finish();
  return exchange({ key: 0, version: 7, name: 'Produce' }, body, (payload) => {
    const reader = new WireReader(payload);
    const [[answer]] = reader.array(() => {
      reader.string();
      return reader.array(() => {
        reader.int32();
        const code = reader.int16();
        const baseOffset = reader.int64();
        reader.int64();
        reader.int64();
        return { code, baseOffset };
      });
    }) as [[{ code: number; baseOffset: number }]];
    const clientSideThrottleTime = reader.int32();
    if (answer.code !== 0) throw new KafkaFailure('Produce', answer.code);
    return { clientSideThrottleTime, value: answer.baseOffset };
  });
}

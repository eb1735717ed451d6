import type { KafkaMessage } from 'kafkajs';
import type { KafkaClient } from '../../../broker/client.js';
import type { FetchedRecords } from '../../../process/batch.js';
import type { Runtime } from '../../../runtime/runtime.js';
import { emptyRecords } from './in-place.js';
import type { RecordSource } from './source.js';

/**
 * kafkajs's consumer with eachBatch: the textbook way, which the fast source is compared with. Its group lives for this run alone, so
 * that a killed one is not waited for; where to begin comes from the checkpoint and never from the group.
 */
export function referenceSource(runtime: Runtime, client: KafkaClient, topic: string): RecordSource {
  return {
    async run(from, taker, signal) {
      const groupId = `pipe-reference-${runtime.entropy().toString(36)}`;
      const consumer = client.kafka.consumer({
        groupId,
        maxWaitTimeInMs: 250,
        maxBytesPerPartition: 4 << 20,
        maxBytes: 16 << 20,
      });
      const ended = new Promise<void>((resolve, reject) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
        consumer.on('consumer.crash', ({ payload }) => {
          if (!payload.restart) reject(payload.error);
        });
      });
      ended.catch(() => undefined);
      const partitions = [...from].map(([partition, offset]) => ({ partition, offset: String(offset) }));
      await client.admin.setOffsets({ groupId, topic, partitions });
      await consumer.connect();
      try {
        await consumer.subscribe({ topic });
        await consumer.run({
          autoCommit: false,
          partitionsConsumedConcurrently: from.size,
          eachBatch: async ({ batch, heartbeat }) => {
            if (signal.aborted) return;
            const records = recordsOf(batch.partition, batch.messages);
            const beat = setInterval(() => void heartbeat().catch(() => undefined), 3_000);
            await taker.deliver({ records, next: Number(batch.lastOffset()) + 1 }).finally(() => clearInterval(beat));
          },
        });
        await ended;
      } finally {
        await consumer.disconnect();
        await client.admin.deleteGroups([groupId]).catch(() => undefined);
      }
    },
  };
}

function recordsOf(partition: number, messages: readonly KafkaMessage[]): FetchedRecords {
  const found = emptyRecords(partition, messages.length);
  const { records } = found;
  const buffers: Buffer[] = [];
  let at = 0;
  for (const { key, value, offset, timestamp } of messages) {
    const row = found.size++;
    found.offsets[row] = Number(offset);
    found.recordTimes[row] = Number(timestamp);
    [records.keyStarts[row], records.keyEnds[row]] = append(key);
    [records.valueStarts[row], records.valueEnds[row]] = append(value);
  }
  records.buffer = Buffer.concat(buffers, at);
  return found;

  function append(bytes: Buffer | null): [number, number] {
    if (bytes === null) return [-1, -1];
    buffers.push(bytes);
    at += bytes.length;
    return [at - bytes.length, at];
  }
}

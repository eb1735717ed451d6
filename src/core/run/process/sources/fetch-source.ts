import type { KafkaClient } from '../../../broker/client.js';
import { isRetriable } from '../../../broker/protocol/failure.js';
import { fetchExchange } from '../../../broker/protocol/fetch.js';
import { messageOf } from '../../../runtime/errors.js';
import type { Runtime } from '../../../runtime/runtime.js';
import { pauses } from '../pauses.js';
import { inPlace } from './in-place.js';
import type { RecordSource } from './source.js';

const limits = { maxWaitMs: 250, minBytes: 1, maxBytes: 16 << 20 };
const partitionBytes = 4 << 20;
/**
 * What follows a larger response is fetched ahead. After a smaller one the log was read to its end, and is read on when the engine asks: a block gets in
 * one response what came since the one before, where fetching without a pause would get each producer's batch by itself.
 */
const aheadBytes = 1 << 20;

/** Our own Fetch requests over kafkajs's connections, one in flight for each leader, decoded in place. */
export function fetchSource(runtime: Runtime, client: KafkaClient, topic: string): RecordSource {
  return {
    async run(from, taker, signal) {
      const offsets = new Map(from);
      for (const pause of pauses()) {
        if (signal.aborted) return;
        // The leaders' loops end together: when one fails, all begin again from fresh metadata.
        const round = new AbortController();
        const stop = AbortSignal.any([signal, round.signal]);
        const fetchFrom = async (nodeId: string, partitions: number[]) => {
          const broker = await client.cluster.findBroker({ nodeId });
          while (!stop.aborted) {
            const wanted = rotated(partitions).map((partition) => ({
              partition,
              offset: offsets.get(partition)!,
              maxBytes: partitionBytes,
            }));
            let bytes = 0;
            for (const part of await broker.connectionPool.send(fetchExchange(topic, wanted, limits))) {
              bytes += part.records.length;
              for (const delivery of inPlace(part.partition, part.records, offsets.get(part.partition)!)) {
                if (stop.aborted) return;
                offsets.set(part.partition, delivery.next);
                await taker.deliver(delivery);
              }
            }
            pause.reset();
            if (bytes < aheadBytes) await taker.wanted();
          }
        };
        try {
          await client.cluster.addTargetTopic(topic);
          await client.cluster.refreshMetadata();
          const leaders = Object.entries(client.cluster.findLeaderForPartitions(topic, [...offsets.keys()]));
          await allOrNone(
            leaders.map(([nodeId, partitions]) => fetchFrom(nodeId, partitions)),
            round,
          );
          return;
        } catch (error) {
          if (signal.aborted) return;
          if (!isRetriable(error)) throw error;
          runtime.note(`Kafka: ${messageOf(error)}; trying again in ${pause.ms / 1000} s`);
          await runtime.clock.sleep(pause.ms, signal).catch(() => undefined);
        }
      }
    },
  };
}

/** Waits for all; the first failure stops the others before it is thrown. */
async function allOrNone(work: Promise<void>[], round: AbortController): Promise<void> {
  for (const one of work) one.catch(() => round.abort());
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}

/** The broker fills the response in the order asked for: whoever was first goes last, so that one full partition cannot starve the rest. */
function rotated(partitions: number[]): number[] {
  partitions.push(partitions.shift()!);
  return partitions;
}

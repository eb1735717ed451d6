import { missingError } from '../runtime/errors.js';
import type { KafkaClient } from './client.js';
import type { ClusterBroker, Exchange } from './kafkajs-cluster.js';
import { isRetriable } from './protocol/failure.js';

/** Sends one request to the broker that leads the partition as far as is known. Throws what the broker or the connection says. */
export async function askLeader<T>(
  { cluster }: KafkaClient,
  topic: string,
  partition: number,
  request: Exchange<T>,
): Promise<T> {
  return (await leaderOf(cluster, topic, partition)).connectionPool.send(request);
}

/** As askLeader, again after each retriable failure until `patienceMs` have gone by. For reading, where order does not matter. */
export async function askLeaderPatiently<T>(
  client: KafkaClient,
  topic: string,
  partition: number,
  request: Exchange<T>,
  patienceMs = 30_000,
): Promise<T> {
  const { clock, cluster } = client;
  const deadline = clock.monotonic() + patienceMs;
  for (let pause = 50; ; pause = Math.min(pause * 2, 1_000)) {
    try {
      return await askLeader(client, topic, partition, request);
    } catch (error) {
      if (!isRetriable(error) || clock.monotonic() + pause > deadline) throw error;
      await clock.sleep(pause);
      await cluster.refreshMetadata().catch(() => undefined);
    }
  }
}

async function leaderOf(cluster: KafkaClient['cluster'], topic: string, partition: number): Promise<ClusterBroker> {
  await cluster.addTargetTopic(topic);
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  if (nodeId === undefined)
    throw missingError(
      `topic ${topic} has no partition ${partition}`,
      'Was the topic made anew with fewer partitions?',
      'NO_PARTITION',
    );
  return cluster.findBroker({ nodeId });
}

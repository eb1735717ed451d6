import { missingError } from '../runtime/errors.js';
import type { KafkaClient } from './client.js';
import type { ClusterBroker, Exchange } from './kafkajs-cluster.js';

/** Sends one request to the broker that leads the partition as far as is known. Throws what the broker or the connection says. */
export async function askLeader<T>(
  client: KafkaClient,
  topic: string,
  partition: number,
  request: Exchange<T>,
): Promise<T> {
  return (await leaderOf(client, topic, partition)).connectionPool.send(request);
}

/** The broker that leads the partition as far as is known. */
export async function leaderOf({ cluster }: KafkaClient, topic: string, partition: number): Promise<ClusterBroker> {
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

const connecting = new WeakMap<ClusterBroker, Promise<unknown>>();

/** Waits until the connection for everything but Fetch stands; callers at the same time share one attempt. */
export async function connected(broker: ClusterBroker): Promise<void> {
  if (isReady(broker)) return;
  const running =
    connecting.get(broker) ?? broker.connectionPool.getConnection(0).finally(() => connecting.delete(broker));
  connecting.set(broker, running);
  await running;
}

export function isReady(broker: ClusterBroker): boolean {
  return broker.connectionPool.pool[0]!.isConnected();
}

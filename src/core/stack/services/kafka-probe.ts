import type { SASLOptions } from 'kafkajs';
import { messageOf } from '../../runtime/errors.js';
import type { KafkaEndpoint } from '../endpoints.js';
import { socketsVia } from '../net/sockets-via.js';

/** ApiVersions and metadata of a cluster, one attempt of a few seconds: throws unless a broker answers that is part of it. */
export async function describeKafka(endpoint: KafkaEndpoint): Promise<{ brokers: number; clusterId: string }> {
  const { Kafka, logLevel } = await import('kafkajs');
  const admin = new Kafka({
    brokers: endpoint.brokers,
    ssl: endpoint.ssl,
    socketFactory: socketsVia(endpoint.via),
    sasl: endpoint.sasl as SASLOptions | undefined,
    clientId: 'pipe-probe',
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 3_000,
    retry: { retries: 0 },
  }).admin({ retry: { retries: 0 } });
  try {
    await admin.connect();
    const { brokers, clusterId } = await admin.describeCluster();
    if (brokers.length === 0) throw new Error('no broker has registered yet');
    return { brokers: brokers.length, clusterId };
  } finally {
    await admin.disconnect().catch((error: unknown) => messageOf(error));
  }
}

import { type Admin, Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { messageOf, missingError } from '../runtime/errors.js';
import type { Clock } from '../runtime/runtime.js';
import type { KafkaEndpoint } from '../stack/endpoints.js';
import { socketsVia } from '../stack/net/sockets-via.js';
import { type Cluster, clusterOf } from './kafkajs-cluster.js';
import { lookOnlyForWaiting } from './kafkajs-queue.js';
import { prepareCodecs } from './record-batch/compression.js';

/** Connections to one Kafka cluster. `close` ends them all; nothing reconnects afterwards. */
export interface KafkaClient {
  kafka: Kafka;
  admin: Admin;
  /** Carries our own requests. */
  cluster: Cluster;
  endpoint: KafkaEndpoint;
  /** Paces retries. */
  clock: Clock;
  close(): Promise<void>;
}

/** kafkajs's client for an endpoint, not connected: for consumers. Its logging is off; failures come as errors. */
export function kafkaFor(endpoint: KafkaEndpoint, clientId: string, config: Partial<KafkaConfig> = {}): Kafka {
  lookOnlyForWaiting();
  return new Kafka({
    clientId,
    brokers: endpoint.brokers,
    ssl: tlsOf(endpoint.ssl),
    socketFactory: socketsVia(endpoint.via),
    ...(endpoint.sasl ? { sasl: saslOf(endpoint.sasl) } : {}),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 100, retries: 5 },
    ...config,
  });
}

/** Connects, or throws a missing error that says which addresses were tried. */
export async function connectKafka(endpoint: KafkaEndpoint, clientId: string, clock: Clock): Promise<KafkaClient> {
  const kafka = kafkaFor(endpoint, clientId, { retry: { initialRetryTime: 100, retries: 2 } });
  const admin = kafka.admin();
  const cluster = clusterOf(kafka);
  try {
    await Promise.all([admin.connect(), prepareCodecs()]);
    await cluster.connect();
    await cluster.refreshMetadata();
  } catch (error) {
    await Promise.allSettled([admin.disconnect(), cluster.disconnect()]);
    throw unreachable(endpoint, error);
  }
  const close = async (): Promise<void> => {
    await Promise.allSettled([admin.disconnect(), cluster.disconnect()]);
  };
  return { kafka, admin, cluster, endpoint, clock, close };
}

/** The missing error for a cluster that does not answer. */
export function unreachable(endpoint: KafkaEndpoint, cause: unknown): Error {
  return missingError(
    `cannot reach Kafka at ${endpoint.brokers.join(', ')}: ${messageOf(cause)}`,
    'Start the local stack with "pipe up", or check the addresses of the profile; "pipe status" shows what runs.',
    'KAFKA_UNREACHABLE',
    cause,
  );
}

function tlsOf(ssl: KafkaEndpoint['ssl']): NonNullable<KafkaConfig['ssl']> {
  if (typeof ssl !== 'object') return ssl ?? false;
  return {
    ...(ssl.ca ? { ca: [ssl.ca] } : {}),
    ...(ssl.cert ? { cert: ssl.cert } : {}),
    ...(ssl.key ? { key: ssl.key } : {}),
  };
}

function saslOf({
  mechanism,
  username,
  password,
}: NonNullable<KafkaEndpoint['sasl']>): NonNullable<KafkaConfig['sasl']> {
  if (mechanism === 'plain') return { mechanism, username, password };
  if (mechanism === 'scram-sha-256') return { mechanism, username, password };
  return { mechanism, username, password };
}

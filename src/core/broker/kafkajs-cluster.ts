import type { Broker, Kafka } from 'kafkajs';
import { PipeError } from '../runtime/errors.js';

/**
 * The part of kafkajs below its producer and consumer that we use: it owns connections, security, metadata and errors, and carries our own
 * requests. It is reached through a private symbol of kafkajs 2.2.4 (pinned); the integration tests fail when it moves.
 */
export interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>;
  findBroker(options: { nodeId: string }): Promise<ClusterBroker>;
  findControllerBroker(): Promise<ClusterBroker>;
}

export type ClusterBroker = Broker & {
  nodeId: number;
  connectionPool: ConnectionPool;
  disconnect(): Promise<void>;
  initProducerId(options: { transactionTimeout: number }): Promise<{ producerId: string; producerEpoch: number }>;
};

/** Two connections: Fetch takes the second, so that its waiting holds up nothing; everything else the first. */
export interface ConnectionPool {
  pool: readonly { isConnected(): boolean }[];
  /** Connects where need be; two calls at once would open two sockets. */
  getConnection(index?: number): Promise<unknown>;
  /** Requests go out in the order of the calls only while the connection stands. */
  send<T>(exchange: Exchange<T>): Promise<T>;
}

/** One request and how its response is read. */
export interface Exchange<T> {
  request: { apiKey: number; apiVersion: number; apiName: string; encode(): Promise<EncodedRequest> };
  response: { decode(payload: Buffer): Promise<Decoded<T>>; parse(decoded: Decoded<T>): Promise<T> };
  /** Milliseconds; kafkajs takes the longer of this and the client's own. */
  requestTimeout?: number;
  logResponseError?: boolean;
}

/** What kafkajs's `writeEncoder` takes: it copies `buffer`. */
export interface EncodedRequest {
  buf: Buffer;
  buffer: Buffer;
  size(): number;
}

/** Throttling is kafkajs's to obey. */
export interface Decoded<T> {
  clientSideThrottleTime: number;
  value: T;
}

/** An exchange from the bytes of its request and a reader of its response. */
export function exchange<T>(
  api: { key: number; version: number; name: string; timeoutMs?: number },
  body: Buffer,
  decode: (payload: Buffer) => Decoded<T>,
): Exchange<T> {
  return {
    request: {
      apiKey: api.key,
      apiVersion: api.version,
      apiName: api.name,
      encode: async () => ({ buf: body, buffer: body, size: () => body.length }),
    },
    response: { decode: async (payload) => decode(payload), parse: async ({ value }) => value },
    ...(api.timeoutMs === undefined ? {} : { requestTimeout: api.timeoutMs }),
    logResponseError: false,
  };
}

type CreateCluster = (options: { metadataMaxAge: number; allowAutoTopicCreation: boolean }) => Cluster;

/** A cluster of its own connections, with the client's addresses and security. */
export function clusterOf(kafka: Kafka): Cluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description?.includes('createCluster'));
  const create = symbol && (kafka as unknown as Record<symbol, CreateCluster>)[symbol];
  if (!create)
    throw new PipeError('this version of kafkajs has no cluster to reach: expected 2.2.4', {
      code: 'KAFKAJS_VERSION',
      hint: 'Install with npm ci: the lock file holds the version that fits.',
    });
  return create({ metadataMaxAge: 300_000, allowAutoTopicCreation: false });
}

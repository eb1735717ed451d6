import { PipeError } from '../../runtime/errors.js';

/** The error codes that a writer or reader of one partition can meet; `retriable` as Kafka's own clients hold it. */
const codes: Readonly<Record<number, { name: string; retriable?: true; meaning: string }>> = {
  1: { name: 'OFFSET_OUT_OF_RANGE', meaning: 'the offset is no longer, or not yet, in the log' },
  2: { name: 'CORRUPT_MESSAGE', retriable: true, meaning: 'the checksum did not fit: damaged on the way' },
  3: { name: 'UNKNOWN_TOPIC_OR_PARTITION', retriable: true, meaning: 'the topic or partition does not exist' },
  5: { name: 'LEADER_NOT_AVAILABLE', retriable: true, meaning: 'the partition has no leader at the moment' },
  6: { name: 'NOT_LEADER_OR_FOLLOWER', retriable: true, meaning: 'the partition has moved to another broker' },
  7: { name: 'REQUEST_TIMED_OUT', retriable: true, meaning: 'the replicas did not confirm in time' },
  9: { name: 'REPLICA_NOT_AVAILABLE', retriable: true, meaning: 'the replica is not available' },
  10: { name: 'MESSAGE_TOO_LARGE', meaning: 'the batch is larger than the topic allows' },
  13: { name: 'NETWORK_EXCEPTION', retriable: true, meaning: 'the connection ended before the answer' },
  17: { name: 'INVALID_TOPIC_EXCEPTION', meaning: 'the topic name is not allowed' },
  19: { name: 'NOT_ENOUGH_REPLICAS', retriable: true, meaning: 'fewer replicas in sync than required' },
  20: { name: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', retriable: true, meaning: 'fewer replicas in sync than required' },
  29: { name: 'TOPIC_AUTHORIZATION_FAILED', meaning: 'this user may not use the topic' },
  31: { name: 'CLUSTER_AUTHORIZATION_FAILED', meaning: 'this user may not write idempotently' },
  32: {
    name: 'INVALID_TIMESTAMP',
    meaning: "a record's time is further from the broker's clock than the topic allows",
  },
  35: { name: 'UNSUPPORTED_VERSION', meaning: 'the broker is of a version that does not know this request' },
  44: { name: 'POLICY_VIOLATION', meaning: "the request breaks the cluster's policy" },
  45: { name: 'OUT_OF_ORDER_SEQUENCE_NUMBER', meaning: 'an earlier batch of this producer is not in the log' },
  46: { name: 'DUPLICATE_SEQUENCE_NUMBER', meaning: 'the batch is in the log already' },
  47: { name: 'INVALID_PRODUCER_EPOCH', meaning: 'a newer producer has taken over' },
  56: { name: 'KAFKA_STORAGE_ERROR', retriable: true, meaning: "the broker's disk failed" },
  59: { name: 'UNKNOWN_PRODUCER_ID', meaning: 'the broker no longer knows this producer' },
  74: { name: 'FENCED_LEADER_EPOCH', retriable: true, meaning: 'the leader has changed' },
  75: { name: 'UNKNOWN_LEADER_EPOCH', retriable: true, meaning: 'the broker lags behind its leadership' },
  87: { name: 'INVALID_RECORD', meaning: 'the broker refused a record' },
  89: { name: 'THROTTLING_QUOTA_EXCEEDED', retriable: true, meaning: 'the quota is used up' },
  100: { name: 'UNKNOWN_TOPIC_ID', retriable: true, meaning: 'no topic with this id' },
};

/** A broker's answer that is no success. `name` is Kafka's. */
export class KafkaFailure extends PipeError {
  readonly kafkaCode: number;
  readonly kafkaName: string;
  readonly retriable: boolean;

  constructor(request: string, code: number) {
    const known = codes[code];
    const name = known?.name ?? `error code ${code}`;
    super(`Kafka answered ${request} with ${name}${known ? `: ${known.meaning}` : ''}`, { code: 'KAFKA' });
    this.kafkaCode = code;
    this.kafkaName = name;
    this.retriable = known?.retriable ?? false;
  }
}

/** Whether the same request may succeed later: retriable answers, and everything that befell the connection. */
export function isRetriable(error: unknown): boolean {
  if (error instanceof KafkaFailure) return error.retriable;
  if (error instanceof PipeError) return false;
  const { name = '', type, retriable } = error as { name?: string; type?: string; retriable?: boolean };
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION' || type === 'LEADER_NOT_AVAILABLE') return true;
  return (
    retriable === true ||
    /^KafkaJS(Connection|RequestTimeout|BrokerNotFound|NumberOfRetries|LockTimeout|Metadata)/.test(name)
  );
}

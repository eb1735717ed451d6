import kafkajs from 'kafkajs';
import pRetry from 'p-retry';
import { messageOf, usageError } from '../runtime/errors.js';
import type { KafkaClient } from './client.js';
import { patiently } from './patience.js';
import { topicIdExchange } from './protocol/topic-id.js';

export interface TopicSpec {
  name: string;
  partitions: number;
  retentionMs: number;
  /** Per partition; Kafka deletes the oldest segments beyond it. */
  maxBytes: number;
}

/** A topic of the pipeline's, as its file wants it. */
export function topicSpec({ partitions, retentionMs, maxBytes }: Omit<TopicSpec, 'name'>, name: string): TopicSpec {
  return { name, partitions, retentionMs, maxBytes };
}

// CommonJS: this one is not seen as a named export.
const { ConfigResourceTypes } = kafkajs;

/** The largest record batch that our topics take; Kafka's own default, stated so that a cluster's lower one does not count. */
export const maxBatchBytes = 1_048_588;

/**
 * Makes the topic where it is missing and answers with its id. Records keep the time that their producer gave them, however far from the
 * broker's clock. Throws a usage error when it is there with another number of partitions or stamps records itself.
 */
export async function ensureTopic(client: KafkaClient, spec: TopicSpec): Promise<string> {
  const found = await partitionsOf(client, spec.name);
  if (found === undefined) await createTopic(client, spec);
  else await checkTopic(client, spec, found);
  return patiently(client, () => topicId(client, spec.name));
}

/** The id that tells a topic from another one of the same name, 32 hexadecimal digits. */
export async function topicId({ cluster }: KafkaClient, topic: string): Promise<string> {
  const broker = await cluster.findControllerBroker();
  return broker.connectionPool.send(topicIdExchange(topic));
}

/** How many partitions the topic has; undefined when there is no such topic. */
export async function partitionsOf(client: KafkaClient, topic: string): Promise<number | undefined> {
  return patiently(client, async () => {
    try {
      const { topics } = await client.admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.length;
    } catch (error) {
      if ((error as { type?: string }).type === 'UNKNOWN_TOPIC_OR_PARTITION') return undefined;
      throw error;
    }
  });
}

/** Milliseconds; -1 is without end. */
export async function retentionOf(client: KafkaClient, topic: string): Promise<number> {
  return Number(await configOf(client, topic, 'retention.ms'));
}

/** Raises the topic's retention to at least `retentionMs`, -1 being without end, for records whose time lies in the past. */
export async function extendRetention(client: KafkaClient, spec: TopicSpec, retentionMs: number): Promise<void> {
  const current = await retentionOf(client, spec.name);
  if (current === -1 || (retentionMs !== -1 && current >= retentionMs)) return;
  await client.admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: ConfigResourceTypes.TOPIC,
        name: spec.name,
        configEntries: configEntries({ ...spec, retentionMs: Math.ceil(retentionMs) }),
      },
    ],
  });
}

async function createTopic(client: KafkaClient, spec: TopicSpec): Promise<void> {
  try {
    await client.admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic: spec.name, numPartitions: spec.partitions, configEntries: configEntries(spec) }],
    });
    await untilLed(client, spec);
  } catch (error) {
    throw usageError(
      `cannot make topic ${spec.name} with ${spec.partitions} partitions: ${messageOf(error)}`,
      'The user must be allowed to make topics, or the topic must be made beforehand.',
      'TOPIC_NOT_MADE',
    );
  }
}

/** A busy broker answers that the topic is made seconds before it serves it. */
async function untilLed({ admin }: KafkaClient, { name, partitions }: TopicSpec): Promise<void> {
  await pRetry(
    async () => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
      const led = topics[0]?.partitions.filter(({ leader }) => leader >= 0).length ?? 0;
      if (led < partitions) throw new Error(`${led} of ${partitions} partitions have a leader`);
    },
    { retries: 20, minTimeout: 50, maxTimeout: 2_000 },
  );
}

async function checkTopic(client: KafkaClient, spec: TopicSpec, partitions: number): Promise<void> {
  if (partitions !== spec.partitions)
    throw usageError(
      `topic ${spec.name}: expected ${spec.partitions} partitions, found ${partitions}`,
      `Say partitions: ${partitions} in the pipeline file, or delete the topic; results of one number do not go on with another.`,
      'PARTITIONS_CHANGED',
    );
  const stamp = await configOf(client, spec.name, 'message.timestamp.type');
  if (stamp === 'LogAppendTime')
    throw usageError(
      `topic ${spec.name}: expected message.timestamp.type=CreateTime, found ${stamp}`,
      'The record time is the intended send time: set the topic to CreateTime.',
      'TOPIC_CONFIG',
    );
}

async function configOf(client: KafkaClient, topic: string, name: string): Promise<string | undefined> {
  const { resources } = await patiently(client, () =>
    client.admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: [name] }],
    }),
  );
  return resources[0]?.configEntries.find(({ configName }) => configName === name)?.configValue;
}

function configEntries({ retentionMs, maxBytes }: TopicSpec): { name: string; value: string }[] {
  // Kafka deletes whole segments: small enough ones keep the partition near its limit.
  const segment = Math.min(2 ** 30, Math.max(16 * 2 ** 20, Math.floor(maxBytes / 8)));
  const values = {
    'message.timestamp.type': 'CreateTime',
    'message.timestamp.before.max.ms': '9223372036854775807',
    'message.timestamp.after.max.ms': '9223372036854775807',
    'max.message.bytes': String(maxBatchBytes),
    'retention.ms': String(Math.ceil(retentionMs)),
    'retention.bytes': String(maxBytes),
    'segment.bytes': String(segment),
  };
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

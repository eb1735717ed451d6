import { Kafka, type KafkaMessage, logLevel } from 'kafkajs';
import { inject } from 'vitest';
import { homeAt } from '../../src/core/runtime/home.js';
import { nodeRuntime } from '../../src/core/runtime/node-runtime.js';
import { resolveEndpoints } from '../../src/core/stack/stack.js';
import { eventually } from './eventually.js';

export interface TopicRecord {
  partition: number;
  offset: number;
  value: string;
  headers: Record<string, string>;
}

export async function kafkaClient(): Promise<Kafka> {
  const { kafka } = await resolveEndpoints(nodeRuntime(), homeAt(inject('home')), undefined, ['kafka']);
  return new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING, retry: { retries: 8 } });
}

/** All records that a topic has at the moment. */
export async function topicRecords(topic: string): Promise<TopicRecord[]> {
  const kafka = await kafkaClient();
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const expected = ends.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
  const found: TopicRecord[] = [];
  if (expected === 0) return found;
  const consumer = kafka.consumer({ groupId: `test-${topic}-${process.hrtime.bigint()}` });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => void found.push(recordOf(partition, message)),
    });
    await eventually(`${expected} records of ${topic}`, () => found.length >= expected);
  } finally {
    await consumer.disconnect();
  }
  return found;
}

function recordOf(partition: number, { offset, value, headers = {} }: KafkaMessage): TopicRecord {
  return {
    partition,
    offset: Number(offset),
    value: value?.toString() ?? '',
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)])),
  };
}

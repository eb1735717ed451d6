import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { pipe } from './pipe.js';

export interface TopicRecord {
  offset: number;
  timestamp: number;
  key: string;
  value: string;
}

/** kafkajs's own client for the stack of a home: what our reading and writing is checked by. */
export async function kafkaOf(home: string): Promise<Kafka> {
  const { KAFKA_BROKERS } = (await pipe(['env', '--json', '--home', home])).json<{ KAFKA_BROKERS: string }>();
  return new Kafka({ clientId: 'test', brokers: KAFKA_BROKERS.split(','), logLevel: logLevel.NOTHING });
}

/** Every record of a topic, by partition, through kafkajs's consumer. */
export async function readTopic(kafka: Kafka, topic: string): Promise<TopicRecord[][]> {
  const admin = kafka.admin();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const records: TopicRecord[][] = offsets.map(() => []);
  const left = new Set(offsets.filter(({ high, low }) => high !== low).map(({ partition }) => partition));
  if (left.size === 0) return records;
  const ends = new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
  const consumer = kafka.consumer({ groupId: `test-${randomBytes(6).toString('hex')}` });
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        autoCommit: false,
        eachBatch: async ({ batch: { partition, messages } }) => {
          for (const { offset, timestamp, key, value } of messages)
            records[partition]!.push({
              offset: Number(offset),
              timestamp: Number(timestamp),
              key: key!.toString(),
              value: value!.toString(),
            });
          if (Number(messages.at(-1)!.offset) + 1 >= ends.get(partition)!) left.delete(partition);
          if (left.size === 0) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return records;
}

let made = 0;
const files = mkdtempSync(join(tmpdir(), 'pipe-pipeline-'));
process.once('exit', () => rmSync(files, { recursive: true, force: true }));

/** A pipeline file of a name that nobody has, with four partitions and no metadata. */
export function meterPipeline(change: { partitions?: number; name?: string } = {}): {
  file: string;
  name: string;
  topic: string;
} {
  const name = change.name ?? `meter_${randomBytes(4).toString('hex')}_${made++}`;
  const file = join(mkdtempSync(join(files, 'file-')), `${name}.yaml`);
  writeFileSync(
    file,
    `pipeline: ${name}
version: 1
topic: {partitions: ${change.partitions ?? 4}, key: meter}
event:
  id: id
  time: at
  fields:
    id: string
    at: timestamp
    meter: {type: string, generate: {cardinality: 40}}
    value: {type: decimal, scale: 2, min: 0, max: 100}
    good: {type: bool, optional: true}
windows:
  totals: {tumbling: [10s], by: [meter], aggregates: {count: count()}}
`,
  );
  return { file, name, topic: `${name}.events` };
}

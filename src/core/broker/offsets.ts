import type { KafkaClient } from './client.js';
import { patiently } from './patience.js';

export interface PartitionOffsets {
  partition: number;
  /** Of the oldest record still there. */
  begin: number;
  /** Behind the newest. */
  end: number;
}

/** Begin and end of every partition, in their order. */
export async function partitionOffsets(client: KafkaClient, topic: string): Promise<PartitionOffsets[]> {
  const found = await patiently(client, () => client.admin.fetchTopicOffsets(topic));
  return found
    .map(({ partition, low, high }) => ({ partition, begin: Number(low), end: Number(high) }))
    .sort((a, b) => a.partition - b.partition);
}

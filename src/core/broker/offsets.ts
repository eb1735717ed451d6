import { type KafkaClient, unreachable } from './client.js';
import { isRetriable } from './protocol/failure.js';

export interface PartitionOffsets {
  partition: number;
  /** Of the oldest record still there. */
  begin: number;
  /** Behind the newest. */
  end: number;
}

/** Begin and end of every partition, in their order. */
export async function partitionOffsets({ admin, endpoint }: KafkaClient, topic: string): Promise<PartitionOffsets[]> {
  try {
    const found = await admin.fetchTopicOffsets(topic);
    return found
      .map(({ partition, low, high }) => ({ partition, begin: Number(low), end: Number(high) }))
      .sort((a, b) => a.partition - b.partition);
  } catch (error) {
    throw isRetriable(error) ? unreachable(endpoint, error) : error;
  }
}

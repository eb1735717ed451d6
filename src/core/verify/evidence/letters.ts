import type { KafkaClient } from '../../broker/client.js';
import { partitionOffsets } from '../../broker/offsets.js';
import { partitionsOf } from '../../broker/topics.js';
import { readLetters } from '../../run/letters/read-letters.js';

/**
 * Which records of `source` stand in a topic of letters, by partition and offset, each once however often it came. A partition is absent where the topic
 * has lost its oldest letters.
 */
export async function lettersIn(
  client: KafkaClient,
  topic: string,
  source: { topic: string; partitions: number },
  note: (text: string) => void,
): Promise<Map<number, Set<number>>> {
  const letters = new Map(Array.from({ length: source.partitions }, (_, partition) => [partition, new Set<number>()]));
  if ((await partitionsOf(client, topic)) === undefined) return letters;
  const cut = (await partitionOffsets(client, topic)).filter(({ begin }) => begin > 0);
  for await (const letter of readLetters(client, { topic, note }))
    if (letter.topic === source.topic) letters.get(letter.partition)?.add(letter.offset);
  for (const { partition } of cut) letters.delete(partition);
  return letters;
}

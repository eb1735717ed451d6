import type { KafkaClient } from '../../broker/client.js';
import { partitionOffsets } from '../../broker/offsets.js';
import { eachRecord, recordBytes } from '../../broker/record-batch/decode.js';
import { recordHeaders } from '../../broker/record-batch/headers.js';
import { readTail } from '../../broker/tail.js';
import { partitionsOf } from '../../broker/topics.js';

/**
 * Which records of `source` stand in a topic of letters, by partition and offset, each once however often it came. A partition is absent where the topic
 * has lost its oldest letters.
 */
export async function lettersIn(
  client: KafkaClient,
  topic: string,
  source: { topic: string; partitions: number },
): Promise<Map<number, Set<number>>> {
  const letters = new Map(Array.from({ length: source.partitions }, (_, partition) => [partition, new Set<number>()]));
  if ((await partitionsOf(client, topic)) === undefined) return letters;
  const lost: number[] = [];
  for (const { partition, begin, end } of await partitionOffsets(client, topic)) {
    if (begin > 0) lost.push(partition);
    for await (const { header, bytes } of readTail(client, topic, { partition, from: begin, end })) {
      if (header.control) continue;
      const range = recordBytes(bytes, header);
      eachRecord(header, range, (_offset, _time, _keyStart, _keyEnd, _start, _end, headersStart) => {
        const { topic: from, partition: its, offset } = recordHeaders(range.bytes, headersStart);
        if (from === source.topic) letters.get(Number(its))?.add(Number(offset));
      });
    }
  }
  for (const partition of lost) letters.delete(partition);
  return letters;
}

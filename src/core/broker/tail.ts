import type { KafkaClient } from './client.js';
import { askLeader } from './leader.js';
import { patiently } from './patience.js';
import { fetchExchange } from './protocol/fetch.js';
import { type BatchHeader, batchHeaders } from './record-batch/decode.js';

const fetchBytes = 4 * 2 ** 20;

/** A batch of the log and the bytes it stands in. */
export interface TailBatch {
  header: BatchHeader;
  bytes: Buffer;
}

/**
 * The batches of a partition that hold offsets in [from, end), in order, checked by their checksums. A batch that begins before `from`
 * comes whole. Without `end` it ends where the log ended at the first look, even while others write on.
 */
export async function* readTail(
  client: KafkaClient,
  topic: string,
  { partition, from, end }: { partition: number; from: number; end?: number },
): AsyncGenerator<TailBatch> {
  let offset = from;
  let until = end;
  while (until === undefined || offset < until) {
    const parts = [{ partition, offset, maxBytes: fetchBytes }];
    const limits = { maxWaitMs: 0, minBytes: 0, maxBytes: fetchBytes };
    const request = fetchExchange(topic, parts, limits);
    const [part] = await patiently(client, () => askLeader(client, topic, partition, request));
    until = Math.min(until ?? Number.POSITIVE_INFINITY, part!.highWatermark);
    for (const header of batchHeaders(part!.records)) {
      if (header.baseOffset >= until) return;
      const next = header.baseOffset + header.lastOffsetDelta + 1;
      if (next <= offset) continue;
      offset = next;
      yield { header, bytes: part!.records };
    }
  }
}

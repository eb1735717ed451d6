import type { KafkaClient } from '../../broker/client.js';
import { partitionOffsets } from '../../broker/offsets.js';
import { eachRecord, recordBytes } from '../../broker/record-batch/decode.js';
import { readHeaders } from '../../broker/record-batch/headers.js';
import { readTail, type TailBatch } from '../../broker/tail.js';
import { type Letter, letterOf } from './letter.js';
import { OffsetSet } from './offset-set.js';

export interface LettersToRead {
  topic: string;
  /** Only this one. A letter lies in the partition that its source record has. */
  partition?: number;
  /** Told when there are records that no engine wrote: they lack the headers of a letter. */
  note(line: string): void;
}

/**
 * The letters of a topic up to its end of now, partition by partition in log order, each source record once. Memory: one fetched batch, and two
 * bytes a letter at most to know repeats by.
 */
export async function* readLetters(
  client: KafkaClient,
  { topic, partition: only, note }: LettersToRead,
): AsyncGenerator<Letter> {
  const seen = new Map<string, OffsetSet>();
  let strangers = 0;
  for (const { partition, begin, end } of await partitionOffsets(client, topic)) {
    if ((only !== undefined && only !== partition) || begin === end) continue;
    for await (const batch of readTail(client, topic, { partition, from: begin, end })) {
      if (batch.header.control) continue;
      for (const letter of lettersIn(batch))
        if (!letter) strangers++;
        else if (setOf(seen, letter).add(letter.offset)) yield letter;
    }
  }
  if (strangers > 0)
    note(
      `${topic}: ${strangers} records do not say which record they come from; no engine wrote them, they are left out`,
    );
}

function lettersIn({ header, bytes }: TailBatch): (Letter | undefined)[] {
  const found: (Letter | undefined)[] = [];
  const range = recordBytes(bytes, header);
  eachRecord(header, range, (_offset, time, keyStart, keyEnd, valueStart, valueEnd, headersStart) => {
    const key = keyStart < 0 ? null : range.bytes.subarray(keyStart, keyEnd);
    const value = valueStart < 0 ? null : range.bytes.subarray(valueStart, valueEnd);
    found.push(letterOf(readHeaders(range.bytes, headersStart), { time, key, value }));
  });
  return found;
}

function setOf(sets: Map<string, OffsetSet>, { topic, partition }: Letter): OffsetSet {
  const name = `${partition} ${topic}`;
  const known = sets.get(name) ?? new OffsetSet();
  sets.set(name, known);
  return known;
}

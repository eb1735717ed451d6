import { oneLine } from './bytes-view.js';
import type { Letter, LetterKind } from './letter.js';
import { Newest } from './newest.js';
import { type LettersTask, withLetters } from './open.js';
import { readLetters } from './read-letters.js';
import { replayedBefore } from './replay-log.js';
import { checkPartition, matches, type Selection } from './selection.js';

export interface ListTask extends LettersTask {
  kind: LetterKind;
  selection: Selection;
  /** Most letters to show; all are counted. */
  limit: number;
}

/** What `dlq list` answers. */
export interface LetterList {
  pipeline: string;
  topic: string;
  /** Newest first by record time. */
  letters: ListedLetter[];
  /** Of those selected; each source record counts once, however often its letter was written. */
  total: number;
  by_reason: Record<string, number>;
  /** Of the total. */
  replayed: number;
}

export interface ListedLetter {
  /** Of the source record. */
  partition: number;
  offset: number;
  reason: string;
  /** Null when the record as a whole is at fault. */
  field: string | null;
  /** ISO 8601: the source record's timestamp. */
  time: string;
  /** Safe to print; null for a record without one. */
  key: string | null;
  /** Of the value; null for a record without one. */
  bytes: number | null;
  replayed: boolean;
}

/** Reads the whole topic, or the selected partition, once and in bounded memory. */
export function listLetters(task: ListTask): Promise<LetterList> {
  const { runtime, home, plan, kind, selection, limit } = task;
  return withLetters(task, kind, async ({ client, topic, partitions }) => {
    checkPartition(selection.partition, topic, partitions);
    const sent = await replayedBefore(client, home, plan);
    const newest = new Newest<ListedLetter>(limit);
    const reasons = new Map<string, number>();
    let total = 0;
    let replayed = 0;
    for await (const letter of readLetters(client, { topic, partition: selection.partition, note: runtime.note })) {
      if (!matches(selection, letter)) continue;
      const isReplayed = kind === 'dead' && sent.has(letter);
      total++;
      if (isReplayed) replayed++;
      reasons.set(letter.reason, (reasons.get(letter.reason) ?? 0) + 1);
      newest.offer(letter, () => listed(letter, isReplayed));
    }
    const byReason = Object.fromEntries([...reasons].sort(([, a], [, b]) => b - a));
    return { pipeline: plan.name, topic, letters: newest.take(), total, by_reason: byReason, replayed };
  });
}

export function listed(letter: Letter, replayed: boolean): ListedLetter {
  const { partition, offset, reason, field, time, key, value } = letter;
  return {
    partition,
    offset,
    reason,
    field: field === '' ? null : field,
    time: new Date(time).toISOString(),
    key: key === null ? null : oneLine(key),
    bytes: value?.length ?? null,
    replayed,
  };
}

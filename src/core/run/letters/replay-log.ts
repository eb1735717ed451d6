import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { KafkaClient } from '../../broker/client.js';
import { partitionsOf, topicId } from '../../broker/topics.js';
import type { Plan } from '../../pipeline/plan.js';
import { writeFileAtomically } from '../../runtime/atomic-file.js';
import { PipeError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import { closeLedger } from '../ledger/close.js';
import { runFolders } from '../ledger/header.js';
import { readLedger } from '../ledger/ledger.js';
import type { Letter } from './letter.js';
import { OffsetSet } from './offset-set.js';

/** A line of letters.ndjson: the letters of one batch, in the order of its records. */
interface Announced {
  partition: number;
  offsets: readonly number[];
}

/**
 * Which letters a replay run sends, put on disk before each batch goes. Record i of the run in a partition is the i-th letter announced there: with the
 * ledger's count of records, which is exact also after a crash, that says which letters are in the topic.
 */
export class ReplayLog {
  private readonly descriptor: number;

  /** In the folder of a run that begins. */
  constructor(folder: string) {
    writeFileAtomically(logPath(folder), []);
    this.descriptor = openSync(logPath(folder), 'a');
  }

  /** On disk when it returns. */
  announce(partition: number, offsets: readonly number[]): void {
    const bytes = Buffer.from(`${JSON.stringify({ partition, offsets } satisfies Announced)}\n`);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.descriptor, bytes, at);
    fsyncSync(this.descriptor);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** Letters that are in the events topic again. */
export class ReplayedLetters {
  private readonly sets = new Map<number, OffsetSet>();
  private readonly topic: string;

  constructor(topic: string) {
    this.topic = topic;
  }

  has({ topic, partition, offset }: Pick<Letter, 'topic' | 'partition' | 'offset'>): boolean {
    return topic === this.topic && this.sets.get(partition)?.has(offset) === true;
  }

  add(partition: number, offsets: readonly number[]): void {
    const set = this.sets.get(partition) ?? new OffsetSet();
    for (const offset of offsets) set.add(offset);
    this.sets.set(partition, set);
  }
}

/** What all replay runs of the present events topic have brought into it. A run that ended without saying so is read from the topic. */
export async function replayedBefore(client: KafkaClient, home: Home, plan: Plan): Promise<ReplayedLetters> {
  const replayed = new ReplayedLetters(plan.topics.events);
  const runs = runFolders(home, plan.name).filter(({ header }) => header.kind === 'replay');
  if (runs.length === 0 || (await partitionsOf(client, plan.topics.events)) === undefined) return replayed;
  const id = await topicId(client, plan.topics.events);
  for (const { folder, header } of runs.filter((run) => run.header.topicId === id)) {
    const { state } = readLedger(folder);
    const announced = announcedIn(folder);
    const records = state.end
      ? state.partitions.map((partition) => partition.records)
      : (await closeLedger(client, header, state)).map((progress) => progress.records);
    for (const [partition, count] of records.entries())
      replayed.add(partition, firstOf(announced, partition, count, folder));
  }
  return replayed;
}

/** A last line cut short by a crash announced nothing: its batch was not sent. */
function announcedIn(folder: string): Announced[] {
  let text: string;
  try {
    text = readFileSync(logPath(folder), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Announced);
}

function firstOf(announced: readonly Announced[], partition: number, count: number, folder: string): number[] {
  const offsets = announced.filter((batch) => batch.partition === partition).flatMap((batch) => batch.offsets);
  if (offsets.length < count)
    throw new PipeError(
      `${logPath(folder)}: expected the ${count} letters that the run sent to partition ${partition}, found ${offsets.length}`,
      {
        code: 'LEDGER_DAMAGED',
        hint: 'Without it nobody knows which letters were replayed. Move the folder away only if sending them again does no harm.',
      },
    );
  return offsets.slice(0, count);
}

function logPath(folder: string): string {
  return join(folder, 'letters.ndjson');
}

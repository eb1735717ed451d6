import { choiceOf } from '../../pipeline/choice.js';
import { messageOf, usageError } from '../../runtime/errors.js';
import { type Judge, judgeFor } from '../ingest/judge.js';
import { type BytesView, viewBytes } from './bytes-view.js';
import { type Expectation, expectationOf } from './expectation.js';
import { type Letter, type LetterKind, nameOf } from './letter.js';
import { type ListedLetter, listed } from './list.js';
import { type LettersTask, withLetters } from './open.js';
import { readLetters } from './read-letters.js';
import { replayedBefore } from './replay-log.js';
import { checkPartition } from './selection.js';

export interface ShowTask extends LettersTask {
  kind: LetterKind;
  letter: { partition: number; offset: number };
}

/** What `dlq show` answers: a list of the one letter, as `dlq list` has it, with everything in it. */
export interface ShownLetters {
  pipeline: string;
  topic: string;
  letters: [ShownLetter];
}

export interface ShownLetter extends Omit<ListedLetter, 'key'> {
  headers: Record<string, string>;
  key: BytesView | null;
  value: BytesView | null;
  /** What the pipeline file asks there; null for a late event and for a field that it no longer has. */
  expected: Expectation | null;
  /** The value of the field at fault; absent where the event has none. */
  found?: unknown;
  /** What would be wrong with it if it came now; null when it would be aggregated, or is late. */
  problem: string | null;
  /** The command that sends it again; null when none would. */
  replay: string | null;
}

/** Reads the letter's partition up to it. Throws a usage error when there is no such letter. */
export function showLetter(task: ShowTask): Promise<ShownLetters> {
  const { runtime, home, plan, kind, letter: wanted } = task;
  return withLetters(task, kind, async ({ client, topic, partitions }) => {
    checkPartition(wanted.partition, topic, partitions);
    const replayed = await replayedBefore(client, home, plan);
    for await (const letter of readLetters(client, { topic, partition: wanted.partition, note: runtime.note }))
      if (letter.partition === wanted.partition && letter.offset === wanted.offset) {
        const shown = shownLetter(task, letter, kind === 'dead' && replayed.has(letter));
        return { pipeline: plan.name, topic, letters: [shown] };
      }
    throw usageError(
      `${topic} has no letter ${nameOf(wanted)}`,
      `PARTITION:OFFSET are those of the source record: pipe dlq list ${choiceOf(plan)}${kind === 'late' ? ' --late' : ''} --partition ${wanted.partition}`,
      'NO_LETTER',
    );
  });
}

function shownLetter({ runtime, plan, kind }: ShowTask, letter: Letter, replayed: boolean): ShownLetter {
  const value = viewBytes(letter.value);
  const { key, ...rest } = listed(letter, replayed);
  const problem = kind === 'dead' ? problemNow(judgeFor(plan), letter, runtime.clock.now()) : null;
  return {
    ...rest,
    headers: Object.fromEntries(letter.headers),
    key: viewBytes(letter.key),
    value,
    expected: kind === 'dead' ? (expectationOf(plan, letter) ?? null) : null,
    ...foundAt(value, letter.field),
    problem,
    replay: kind === 'dead' ? replayCommand(choiceOf(plan), letter, value, problem) : null,
  };
}

/** With the pipeline file of now, which may have been mended. */
function problemNow(judge: Judge, { value }: Letter, now: number): string | null {
  if (value === null) return 'null_value';
  try {
    judge.check(judge.parse(value), now);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function foundAt(value: BytesView | null, field: string): { found?: unknown } {
  const event = value?.json;
  if (field === '' || typeof event !== 'object' || event === null || !Object.hasOwn(event, field)) return {};
  return { found: (event as Record<string, unknown>)[field] };
}

/** A field at fault can be set; what is no object can only be mended by hand. */
function replayCommand(choice: string, letter: Letter, value: BytesView | null, problem: string | null): string | null {
  const command = `pipe dlq replay ${choice} --partition ${letter.partition} --offset ${letter.offset}`;
  if (problem === null) return command;
  const isObject = typeof value?.json === 'object' && value.json !== null && !Array.isArray(value.json);
  return isObject && letter.field !== '' ? `${command} --set ${letter.field}=VALUE` : null;
}

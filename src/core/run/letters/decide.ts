import { messageOf } from '../../runtime/errors.js';
import type { Judge } from '../ingest/judge.js';
import { viewBytes } from './bytes-view.js';
import type { Letter } from './letter.js';
import { repaired, type Setting } from './repair.js';

/**
 * replayed_before: in the topic again already. still_invalid: would be a dead letter again. other_key: --set would give the key field a value that is not
 * the record's key, and so belongs in another partition. other_id: --set would change the event's identity. other_topic: comes from another topic than the
 * pipeline's of now.
 */
export const skipReasons = ['replayed_before', 'still_invalid', 'other_key', 'other_id', 'other_topic'] as const;
export type SkipReason = (typeof skipReasons)[number];

export type Decision = { send: Buffer | null; eventTime: number | undefined } | { skip: SkipReason; problem?: string };

export interface DecisionRules {
  judge: Judge;
  settings: readonly Setting[];
  /** Of the pipeline's event: names, and whether a value is an id by which an event is known. */
  event: { id: string; time: string; key: string; isId(value: unknown): boolean };
  /** Send also what would be a dead letter again. */
  force: boolean;
}

/** What replaying this letter at `now` (epoch ms: the new record's timestamp) comes to. */
export function decide(letter: Letter, now: number, { judge, settings, event: names, force }: DecisionRules): Decision {
  const { value } = letter;
  let event: Record<string, unknown>;
  try {
    if (value === null) throw new Error('null_value');
    event = judge.parse(value);
  } catch (error) {
    // What is no object cannot be repaired either.
    if (force && settings.length === 0) return { send: value, eventTime: undefined };
    return { skip: 'still_invalid', problem: messageOf(error) };
  }
  const made = repaired(event, settings);
  if (names.isId(event[names.id]) && made[names.id] !== event[names.id]) return { skip: 'other_id' };
  const keyIsSet = settings.some(({ field }) => field === names.key);
  if (keyIsSet && letter.key !== null && viewBytes(letter.key)?.text !== String(made[names.key]))
    return { skip: 'other_key', problem: `the record's key is ${viewBytes(letter.key)?.text ?? 'no text'}` };
  try {
    judge.check(made, now);
  } catch (error) {
    if (!force) return { skip: 'still_invalid', problem: messageOf(error) };
  }
  const time = made[names.time];
  const bytes = settings.length === 0 ? value : Buffer.from(JSON.stringify(made));
  return { send: bytes, eventTime: typeof time === 'number' ? time : undefined };
}

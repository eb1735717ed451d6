import { messageOf, missingError, PipeError } from '../../runtime/errors.js';

/** Waits for all of them, whatever becomes of one; throws one error that tells of each failure. */
export async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  const failures: unknown[] = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (failures.length === 0) return;
  const messages = [...new Set(failures.map(messageOf))];
  if (messages.length === 1) throw failures[0];
  const known = failures.find((failure) => failure instanceof PipeError);
  throw missingError(messages.join('\n'), known?.hint, known?.code, failures[0]);
}

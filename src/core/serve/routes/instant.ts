import { z } from 'zod';
import { parseInstantOrAgo } from '../../runtime/units.js';

/** An instant, or how long ago. */
export const instant = z
  .string()
  .regex(
    /^(\d{10,15}|\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?|(\d{1,9}(ms|s|m|h|d|w))+)$/,
    'expected a time such as 2026-01-31T12:00:00Z, epoch milliseconds, or how long ago such as 15m',
  );

/** Of what `instant` lets through; throws a usage error for a day that no calendar has. */
export function epochMs<Text extends string | undefined>(
  text: Text,
  now: number,
): Text extends string ? number : undefined;
export function epochMs(text: string | undefined, now: number): number | undefined {
  return text === undefined ? undefined : parseInstantOrAgo(text, now);
}

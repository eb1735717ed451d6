import { z } from 'zod';
import { parseBytes, parseDuration } from '../runtime/units.js';

/** A word that is safe as a topic part, a table name, a column and a Prometheus label. */
export const identifier = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'expected lower-case letters, digits and _ beginning with a letter, at most 63');

const quantity = (parse: (text: string) => number, example: string) =>
  z.union([z.string(), z.number()], `expected ${example}`).transform((value, context) => {
    const amount = typeof value === 'number' ? value : parsed(parse, value);
    if (Number.isSafeInteger(amount) && amount! >= 0) return amount!;
    context.addIssue(`expected ${example}, got ${JSON.stringify(value)}`);
    return z.NEVER;
  });

function parsed(parse: (text: string) => number, text: string): number | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** "5s" or milliseconds; a number of milliseconds afterwards. */
export const duration = quantity(parseDuration, 'a duration in whole milliseconds such as 250ms, 5s or 1h30m');
/** "1GiB" or bytes; a number of bytes afterwards. */
export const bytes = quantity(parseBytes, 'a size such as 512MiB');

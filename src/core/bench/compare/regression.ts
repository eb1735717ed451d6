import { usageError } from '../../runtime/errors.js';

/** The share that "10%" is. Throws a usage error for anything else: 0.1 might be meant either way. */
export function parseRegression(text: string): number {
  const amount = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1];
  if (amount === undefined)
    throw usageError(`--max-regression: expected a percentage, got "${text}"`, 'For example --max-regression 10%');
  return Number(amount) / 100;
}

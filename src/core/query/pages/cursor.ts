import { usageError } from '../../runtime/errors.js';
import type { AnswerColumn } from './columns.js';

/** Where a page ends: the values by which its rows are ordered, as text; null where there is none. */
export type Place = readonly (string | null)[];

export function encodeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Throws a usage error for what no page of these columns gave. */
export function decodeCursor(cursor: string, order: readonly AnswerColumn[]): Place {
  try {
    const place = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
    if (Array.isArray(place) && place.length === order.length && order.every((column, at) => fits(column, place[at])))
      return place as Place;
  } catch {
    // Told below, as all else that is none.
  }
  throw usageError('cursor: expected what a page before gave as "next"', 'Leave it out to begin anew.', 'BAD_CURSOR');
}

function fits({ kind, nullable }: AnswerColumn, value: unknown): boolean {
  if (value === null) return nullable;
  if (typeof value !== 'string') return false;
  if (kind === 'time') return !Number.isNaN(Date.parse(value));
  if (kind === 'exact') return /^-?\d{1,19}$/.test(value);
  return kind !== 'bool' || value === 'true' || value === 'false';
}

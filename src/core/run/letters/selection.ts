import { type FaultReason, faultReasons } from '../../process/verdict.js';
import { usageError } from '../../runtime/errors.js';
import { parseInstantOrAgo } from '../../runtime/units.js';
import { didYouMean } from '../../runtime/yaml-problems.js';
import type { Letter } from './letter.js';

/** Which letters are meant: those that fit all that is given. */
export interface Selection {
  reason?: FaultReason;
  partition?: number;
  offset?: number;
  /** Epoch ms: record times from here on. */
  since?: number;
}

/** What a dead letter may have as its reason. */
export const letterReasons = faultReasons.filter((reason) => reason !== 'none');

export function matches({ reason, partition, offset, since }: Selection, letter: Letter): boolean {
  return (
    (reason === undefined || letter.reason === reason) &&
    (partition === undefined || letter.partition === partition) &&
    (offset === undefined || letter.offset === offset) &&
    (since === undefined || letter.time >= since)
  );
}

/** Throws a usage error that lists the reasons there are. */
export function parseReason(text: string): FaultReason {
  const known = letterReasons.find((reason) => reason === text);
  if (known) return known;
  const near = didYouMean(text, letterReasons);
  throw usageError(
    `--reason: expected one of ${letterReasons.join(', ')}, got "${text}"${near ? `; did you mean "${near}"?` : ''}`,
    '"pipe dlq list --count" shows which there are.',
    'UNKNOWN_REASON',
  );
}

/** A letter's name, PARTITION:OFFSET of its source record, or a usage error. */
export function parseLetterName(text: string): { partition: number; offset: number } {
  const [, partition, offset] = /^(\d{1,9}):(\d{1,15})$/.exec(text) ?? [];
  if (partition === undefined || offset === undefined)
    throw usageError(
      `expected PARTITION:OFFSET of the source record, such as 2:1041, got "${text}"`,
      '"pipe dlq list" shows them.',
    );
  return { partition: Number(partition), offset: Number(offset) };
}

/** --since: a time, or how long ago. Epoch ms. */
export function parseSince(text: string, now: number): number {
  try {
    return parseInstantOrAgo(text, now);
  } catch {
    throw usageError(
      `--since: expected a time such as 2026-01-31T12:00:00Z, or how long ago such as 30m, got "${text}"`,
    );
  }
}

/** Throws a usage error for a partition that the topic does not have. */
export function checkPartition(partition: number | undefined, topic: string, partitions: number): void {
  if (partition !== undefined && partition >= partitions)
    throw usageError(`partition: expected 0 to ${partitions - 1}, as ${topic} has them, got ${partition}`);
}

/** The selection as flags, for messages. */
export function describeSelection(selection: Selection): string {
  const given = Object.entries(selection).filter(([, value]) => value !== undefined);
  return given
    .map(([name, value]) => `--${name} ${name === 'since' ? new Date(value).toISOString() : value}`)
    .join(' ');
}

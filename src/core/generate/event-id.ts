import { fnv1a64 } from './seeding.js';

export interface EventIdentity {
  /** `runHash` of the run that made the event. */
  runHash: string;
  partition: number;
  sequence: number;
}

/** Partitions that an id has room for; sequences have 48 bits. */
export const maxPartitions = 4096;

/** 60 bits of the run's name in hexadecimal. */
export function runHash(run: string): string {
  return fnv1a64(run).toString(16).padStart(16, '0').slice(0, 15);
}

/**
 * Makes a partition's event ids: UUIDs of version 8 (RFC 9562, section 5.8: free layout) that say who made what,
 *
 *     RRRRRRRR-RRRR-8PPP-aRRR-SSSSSSSSSSSS     R run hash, P partition, S sequence
 *
 * so that any stored row can be mapped back to its generator, and sorts by partition and sequence.
 */
export function eventIds(run: string, partition: number): (sequence: number) => string {
  const hash = runHash(run);
  const prefix = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hex(partition, 3)}-a${hash.slice(12)}-`;
  // The upper digits change once in 65,536 events; the lower ones get their leading zeros from the 1 in front.
  let upper = -1;
  let start = '';
  return (sequence) => {
    const high = Math.floor(sequence / 65_536);
    if (high !== upper) {
      upper = high;
      start = prefix + hex(high, 8);
    }
    return start + (65_536 + (sequence - high * 65_536)).toString(16).slice(1);
  };
}

/** The identity in an event id, or undefined for any other text. */
export function parseEventId(id: string): EventIdentity | undefined {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-8([0-9a-f]{3})-a([0-9a-f]{3})-([0-9a-f]{12})$/.exec(id);
  if (!match) return undefined;
  const [, first, second, partition, third, sequence] = match;
  return {
    runHash: `${first}${second}${third}`,
    partition: Number.parseInt(partition!, 16),
    sequence: Number.parseInt(sequence!, 16),
  };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

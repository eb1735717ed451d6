import type { MetadataValue } from '../../process/enrich.js';

export type RowKey = string | number;
/** In the order of the step's `take`. */
export type RowValues = readonly MetadataValue[];

/** By step of the plan's enrichment: what rows have from now on, null for those that are gone. Of several changes of a row only the last is there. */
export type ChangeSet = readonly Map<RowKey, RowValues | null>[];

export function noChanges(steps: number): ChangeSet {
  return Array.from({ length: steps }, () => new Map());
}

export function countChanges(changes: ChangeSet): number {
  return changes.reduce((sum, { size }) => sum + size, 0);
}

/** Adds later changes to earlier ones. */
export function addChanges(to: ChangeSet, later: ChangeSet): void {
  for (const [step, changes] of later.entries()) for (const [key, values] of changes) to[step]!.set(key, values);
}

export function sameValues(one: RowValues, other: RowValues): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

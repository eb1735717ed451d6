import type { EnrichmentRows } from '../enrichment.js';
import { type ChangeSet, type RowKey, type RowValues, sameValues } from './change-set.js';

/** The rows of each step as they were last seen. */
export class KnownRows {
  private readonly steps: readonly Map<RowKey, RowValues>[];

  constructor(steps: number, rows: EnrichmentRows = []) {
    this.steps = Array.from(
      { length: steps },
      (_, step) => new Map((rows[step] ?? []).map(({ key, values }) => [key, values])),
    );
  }

  get(step: number, key: RowKey): RowValues | undefined {
    return this.steps[step]!.get(key);
  }

  keys(step: number): Iterable<RowKey> {
    return this.steps[step]!.keys();
  }

  /** In the order of their keys, so that the same rows always look the same. */
  rows(): EnrichmentRows {
    return this.steps.map((rows) =>
      Array.from(rows, ([key, values]) => ({ key, values })).sort((a, b) => (a.key < b.key ? -1 : 1)),
    );
  }

  /** What has to change for the rows to be those. */
  differences(wanted: EnrichmentRows): ChangeSet {
    return this.steps.map((known, step) => {
      const changes = new Map<RowKey, RowValues | null>();
      const gone = new Set(known.keys());
      for (const { key, values } of wanted[step] ?? []) {
        gone.delete(key);
        const before = known.get(key);
        if (!before || !sameValues(before, values)) changes.set(key, values);
      }
      for (const key of gone) changes.set(key, null);
      return changes;
    });
  }

  /** Makes the changes, and answers with those that were any. */
  apply(changes: ChangeSet): ChangeSet {
    return changes.map((wanted, step) => {
      const known = this.steps[step]!;
      const made = new Map<RowKey, RowValues | null>();
      for (const [key, values] of wanted) {
        const before = known.get(key);
        if (values ? before && sameValues(before, values) : !before) continue;
        made.set(key, values);
        if (values) known.set(key, values);
        else known.delete(key);
      }
      return made;
    });
  }
}

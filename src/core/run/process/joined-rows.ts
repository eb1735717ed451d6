import type { ChangeSet } from '../../metadata/changes/change-set.js';
import { KnownRows } from '../../metadata/changes/known-rows.js';
import type { EnrichmentRows } from '../../metadata/enrichment.js';
import type { EnrichmentTables } from '../../process/enrich.js';

/** The rows that events are joined with; they change between batches. */
export class JoinedRows {
  private readonly tables: EnrichmentTables;
  private readonly known: KnownRows;

  /** `tables` must be empty. */
  constructor(tables: EnrichmentTables, steps: number) {
    this.tables = tables;
    this.known = new KnownRows(steps);
  }

  /** Rows that `next` lacks are gone afterwards. */
  become(next: EnrichmentRows): void {
    this.apply(this.known.differences(next));
  }

  apply(changes: ChangeSet): void {
    for (const [step, rows] of this.known.apply(changes).entries())
      for (const [key, values] of rows) this.tables.applyChange(step, key, values);
  }

  /** What would have to change for the rows to be those. */
  differences(wanted: EnrichmentRows): ChangeSet {
    return this.known.differences(wanted);
  }

  rows(): EnrichmentRows {
    return this.known.rows();
  }
}

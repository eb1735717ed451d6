import type { EnrichmentRows } from '../../metadata/enrichment.js';
import type { EnrichmentTables } from '../../process/enrich.js';

/** The rows that events are joined with, exchanged as a whole between batches. */
export class JoinedRows {
  private readonly tables: EnrichmentTables;
  private current: EnrichmentRows = [];

  constructor(tables: EnrichmentTables) {
    this.tables = tables;
  }

  /** Rows that `next` lacks are gone afterwards. */
  become(next: EnrichmentRows): void {
    if (next === this.current) return;
    for (const [step, rows] of next.entries()) {
      const kept = new Set(rows.map(({ key }) => key));
      for (const { key } of this.current[step] ?? []) if (!kept.has(key)) this.tables.applyChange(step, key, null);
      this.tables.loadStep(step, rows);
    }
    this.current = next;
  }
}

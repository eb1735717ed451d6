import type { Asked } from './ask.js';
import { asObjects, type QueryColumn } from './collect.js';
import type { Latency } from './latency.js';
import type { Parameter } from './named-query.js';

/** What `query --json` answers. */
export interface QueryAnswer {
  columns: QueryColumn[];
  rows: Record<string, unknown>[];
  elapsed_ms: number;
  /** With --repeat. */
  latency_ms?: Latency;
}

/** What `query --list --json` answers. */
export interface QueryList {
  queries: { name: string; description: string; params: Parameter[] }[];
}

/** Rows that were written as they came are not in the document. */
export function asDocument(asked: Asked, latency?: Latency): QueryAnswer {
  const { columns, rows } = asked.kind === 'rows' ? asked : { columns: [], rows: [] };
  return {
    columns,
    rows: asObjects({ columns, rows }),
    elapsed_ms: Math.round(asked.elapsedMs * 1000) / 1000,
    ...(latency ? { latency_ms: latency } : {}),
  };
}

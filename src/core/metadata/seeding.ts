import type { Runtime } from '../runtime/runtime.js';

export interface SeedChoice {
  seed: number;
  /** 1 is a few thousand rows a domain; 0.1 a tenth of it. */
  scale: number;
}

export const defaultChoice: SeedChoice = { seed: 1, scale: 1 };

/** Rows that a table holds after the seed. */
export interface TableCount {
  /** schema.table */
  table: string;
  rows: number;
}

/** What a seed reaches the outside with; aborting its signal rolls back the transaction that is under way. */
export type SeedRuntime = Pick<Runtime, 'packageRoot' | 'signal' | 'note' | 'cwd'>;

/** A line of progress. */
export function rowsLine(table: string, rows: number): string {
  return `${table}: ${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`;
}

import type { TableCount } from '../metadata/seeding.js';
import { table } from './table.js';

/** The table that `seed` ends with. */
export function seedTable(tables: readonly TableCount[]): string {
  if (tables.length === 0) return 'This pipeline has no metadata tables.';
  return table(
    ['table', 'rows'],
    tables.map(({ table, rows }) => [table, rows]),
  );
}

import type { Plan } from '../pipeline/plan.js';
import { missingError } from '../runtime/errors.js';
import type { TableColumn } from './catalog.js';
import { isSeededDomain } from './rows/registry.js';

/** The table's columns, or a missing error that names who asked and what makes the table. */
export function requireTable(
  catalog: ReadonlyMap<string, TableColumn[]>,
  plan: Plan,
  table: string,
  asker: string,
): readonly TableColumn[] {
  const found = catalog.get(table);
  if (found) return found;
  throw missingError(
    `${plan.source}: ${asker} needs table ${plan.name}.${table}, which the metadata database does not have`,
    remedy(plan, table),
    'METADATA_MISSING',
  );
}

export function requireColumn(
  found: readonly TableColumn[],
  plan: Plan,
  table: string,
  column: string,
  asker: string,
): TableColumn {
  const known = found.find(({ name }) => name === column);
  if (known) return known;
  const names = found.map(({ name }) => name).join(', ');
  throw missingError(
    `${plan.source}: ${asker} needs column ${column} of ${plan.name}.${table}, which has ${names}`,
    `Correct the name, or bring the table up to date: ${remedy(plan, table)}`,
    'METADATA_MISSING',
  );
}

function remedy(plan: Plan, table: string): string {
  if (plan.metadata && Object.hasOwn(plan.metadata.tables, table)) return `pipe seed --pipeline ${plan.source}`;
  if (!plan.metadata && isSeededDomain(plan.name)) return `pipe seed --domain ${plan.name}`;
  return `create it in schema ${plan.name}, or declare it under metadata.tables of the pipeline file and run pipe seed.`;
}

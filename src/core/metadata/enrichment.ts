import { escapeIdentifier } from 'pg';
import type { Plan, PlanEnrichment, PlanField } from '../pipeline/plan.js';
import type { MetadataValue } from '../process/enrich.js';
import { messageOf, usageError } from '../runtime/errors.js';
import { columnsOf } from './catalog.js';
import type { MetadataClient } from './connect.js';
import { qualified } from './copy.js';
import { enrichmentKey, enrichmentValue } from './enrichment-value.js';
import { requireColumn, requireTable } from './missing.js';

/** A row as the engine's EnrichmentTables take it: decimals as scaled integers, times as epoch milliseconds. */
export interface EnrichmentRow {
  key: string | number;
  /** In the order of the step's `take`. */
  values: readonly MetadataValue[];
}

/** For each step of plan.enrich the rows of its table, by key. */
export type EnrichmentRows = readonly (readonly EnrichmentRow[])[];

/**
 * What the engine joins events with. Throws a missing error (exit 3) where a table or column is not there, a usage error (exit 2) where a
 * value does not fit the declared type or a key stands twice.
 */
export async function readEnrichment(client: MetadataClient, plan: Plan): Promise<EnrichmentRows> {
  const catalog = await columnsOf(client, plan.name, [...new Set(plan.enrich.map(({ table }) => table))]);
  const steps: EnrichmentRow[][] = [];
  for (const [index, step] of plan.enrich.entries()) {
    const asker = `enrich step ${index + 1}`;
    const found = requireTable(catalog, plan, step.table, asker);
    const columns = [step.keyColumn, ...step.take.map(({ from }) => from)];
    for (const column of columns) requireColumn(found, plan, step.table, column, asker);
    steps.push(await readStep(client, plan, step, columns, asker));
  }
  return steps;
}

async function readStep(
  client: MetadataClient,
  plan: Plan,
  step: PlanEnrichment,
  columns: readonly string[],
  asker: string,
): Promise<EnrichmentRow[]> {
  const key = escapeIdentifier(step.keyColumn);
  const { rows, fields: cells } = await client.query<(string | null)[]>({
    text: `SELECT ${columns.map(escapeIdentifier).join(', ')}
             FROM ${qualified(plan.name, step.table)} WHERE ${key} IS NOT NULL ORDER BY ${key}::text COLLATE "C"`,
    rowMode: 'array',
    types: { getTypeParser: () => (text: string) => text },
  });
  const fields = [plan.fields[step.on]!, ...step.take.map(({ column }) => plan.fields[column]!)];
  const read = rows.map((row) => {
    const cell = <T>(index: number, reader: (text: string | null, typeOid: number, field: PlanField) => T): T => {
      try {
        return reader(row[index]!, cells[index]!.dataTypeID, fields[index]!);
      } catch (error) {
        const place = `${plan.name}.${step.table}.${columns[index]} where ${step.keyColumn} = ${row[0]}`;
        throw usageError(`${plan.source}: ${asker}: ${place}: ${messageOf(error)}`, undefined, 'METADATA_VALUE');
      }
    };
    return { key: cell(0, enrichmentKey)!, values: step.take.map((_, index) => cell(index + 1, enrichmentValue)) };
  });
  const twice = read.find((row, index) => index > 0 && read[index - 1]!.key === row.key);
  if (!twice) return read;
  throw usageError(
    `${plan.source}: ${asker}: ${plan.name}.${step.table} has several rows where ${step.keyColumn} = ${twice.key}; expected one`,
    'An event can be joined with one row only: look it up by a unique column.',
    'METADATA_VALUE',
  );
}

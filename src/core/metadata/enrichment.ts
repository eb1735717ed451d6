import { escapeIdentifier } from 'pg';
import type { Plan, PlanEnrichment, PlanField } from '../pipeline/plan.js';
import type { MetadataValue } from '../process/enrich.js';
import { messageOf, usageError } from '../runtime/errors.js';
import { columnsOf } from './catalog.js';
import type { MetadataClient } from './connect.js';
import { qualified } from './copy.js';
import { requireColumn, requireTable } from './missing.js';
import { instantOf } from './own-cells.js';

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
  // As texts, so that no decimal passes through a double.
  const { rows } = await client.query<(string | null)[]>({
    text: `SELECT ${columns.map((column) => `${escapeIdentifier(column)}::text`).join(', ')}
             FROM ${qualified(plan.name, step.table)} WHERE ${key} IS NOT NULL ORDER BY ${key}::text COLLATE "C"`,
    rowMode: 'array',
  });
  const fields = [plan.fields[step.on]!, ...step.take.map(({ column }) => plan.fields[column]!)];
  const read = rows.map((row) => {
    const [first, ...values] = row.map((text, index) => {
      try {
        return typed(text, fields[index]!);
      } catch (error) {
        const place = `${plan.name}.${step.table}.${columns[index]} where ${step.keyColumn} = ${row[0]}`;
        throw usageError(`${plan.source}: ${asker}: ${place}: ${messageOf(error)}`, undefined, 'METADATA_VALUE');
      }
    });
    return { key: typeof first === 'boolean' ? Number(first) : first!, values };
  });
  const twice = read.find((row, index) => index > 0 && read[index - 1]!.key === row.key);
  if (!twice) return read;
  throw usageError(
    `${plan.source}: ${asker}: ${plan.name}.${step.table} has several rows where ${step.keyColumn} = ${twice.key}; expected one`,
    'An event can be joined with one row only: look it up by a unique column.',
    'METADATA_VALUE',
  );
}

/** Throws a RangeError that says what was expected. */
function typed(text: string | null, { type, scale }: PlanField): MetadataValue {
  if (text === null) return null;
  const value = readers[type](text, scale);
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`expected ${type}${type === 'decimal' ? ` of scale ${scale}` : ''}, got "${text}"`);
  return value;
}

/** NaN where the text is not of the type. */
const readers: Record<PlanField['type'], (text: string, scale: number) => string | number | boolean> = {
  string: (text) => text,
  int: (text) => (/^-?\d+(\.0+)?$/.test(text) ? safe(Number(text)) : Number.NaN),
  float: (text) => (text.trim() === '' ? Number.NaN : Number(text)),
  decimal: scaledInteger,
  bool: (text) => (text === 'true' || text === 'false' ? text === 'true' : Number.NaN),
  timestamp: instantOf,
};

/** "12.5" at scale 2 is 1250; digits that the scale has no place for must be zeros. */
function scaledInteger(text: string, scale: number): number {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  const fraction = match?.[3] ?? '';
  if (!match || /[^0]/.test(fraction.slice(scale))) return Number.NaN;
  return safe(Number(`${match[1]}${match[2]}${fraction.slice(0, scale).padEnd(scale, '0')}`));
}

function safe(value: number): number {
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

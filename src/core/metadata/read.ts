import { escapeIdentifier, types } from 'pg';
import type { Metadata, Scalar } from '../generate/generator.js';
import type { Plan } from '../pipeline/plan.js';
import { columnsOf, type TableColumn } from './catalog.js';
import type { MetadataClient } from './connect.js';
import { qualified } from './copy.js';
import { requireColumn, requireTable } from './missing.js';

/**
 * The tables and columns that a generator asked for, from the schema of the plan's name, by primary key (texts by their bytes, so that the
 * order is the same under every collation). Decimals come as numbers, times as epoch milliseconds. Throws a missing error (exit 3) that
 * says how to seed what is not there.
 */
export async function readMetadata(
  client: MetadataClient,
  plan: Plan,
  reads: Readonly<Record<string, readonly string[]>>,
): Promise<Metadata> {
  const catalog = await columnsOf(client, plan.name, Object.keys(reads));
  const metadata: Record<string, Readonly<Record<string, Scalar>>[]> = {};
  for (const [table, columns] of Object.entries(reads)) {
    const found = requireTable(catalog, plan, table, 'the generator');
    for (const column of columns) requireColumn(found, plan, table, column, 'the generator');
    const { rows } = await client.query<Record<string, Scalar>>({
      text: `SELECT ${columns.map(escapeIdentifier).join(', ')} FROM ${qualified(plan.name, table)} ${orderOf(found, columns)}`,
      types: scalarTypes,
    });
    metadata[table] = rows;
  }
  return metadata;
}

/** By the primary key; a view has none and is ordered by all that is read of it. */
function orderOf(found: readonly TableColumn[], columns: readonly string[]): string {
  const key = found
    .filter(({ keyPosition }) => keyPosition !== null)
    .sort((a, b) => a.keyPosition! - b.keyPosition!)
    .map(({ name }) => name);
  const by = (key.length > 0 ? key : columns).map((name) => {
    const isText = ['text', 'varchar', 'bpchar'].includes(found.find((column) => column.name === name)!.type);
    return `${escapeIdentifier(name)}${isText ? ' COLLATE "C"' : ''}`;
  });
  return `ORDER BY ${by.join(', ')}`;
}

const { INT8, NUMERIC, TIMESTAMPTZ, TIMESTAMP, DATE } = types.builtins;
const utc = (text: string) => Date.parse(`${text.replace(' ', 'T')}${text.length > 10 ? 'Z' : ''}`);

/** The connection's datestyle and time zone are set, so that times have one form: 2026-01-31 12:00:00+00. */
const scalarParsers = new Map<number, (text: string) => Scalar>([
  [INT8, Number],
  [NUMERIC, Number],
  [TIMESTAMPTZ, (text) => Date.parse(`${text.replace(' ', 'T')}:00`)],
  [TIMESTAMP, utc],
  [DATE, utc],
]);

const scalarTypes = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    scalarParsers.get(oid) ?? types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

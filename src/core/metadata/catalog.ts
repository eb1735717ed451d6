import { messageOf, usageError } from '../runtime/errors.js';
import type { MetadataClient } from './connect.js';
import { qualified } from './copy.js';

export interface TableColumn {
  name: string;
  /** PostgreSQL's own type name: text, int4, numeric, timestamptz, ... */
  type: string;
  /** 1 upwards in the primary key, else null. */
  keyPosition: number | null;
}

/** Columns of the tables and views of that name which are there, in their order. */
export async function columnsOf(
  client: MetadataClient,
  schema: string,
  tables: readonly string[],
): Promise<Map<string, TableColumn[]>> {
  const { rows } = await client.query<TableColumn & { table: string }>(
    `SELECT c.relname AS table, a.attname AS name, t.typname AS type,
            (SELECT k.position::int FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
              WHERE k.attnum = a.attnum) AS "keyPosition"
       FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       JOIN pg_type t ON t.oid = a.atttypid
       LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
      WHERE n.nspname = $1 AND c.relname = ANY ($2) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      ORDER BY c.relname, a.attnum`,
    [schema, tables],
  );
  const found = new Map<string, TableColumn[]>();
  for (const { table, ...column } of rows) found.set(table, [...(found.get(table) ?? []), column]);
  return found;
}

export async function tableExists(client: MetadataClient, schema: string, table: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
    qualified(schema, table),
  ]);
  return rows[0]!.found;
}

export async function countRows(client: MetadataClient, schema: string, table: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${qualified(schema, table)}`);
  return Number(rows[0]!.count);
}

/** Without counting: a table that is not there has no rows either. */
export async function hasRows(client: MetadataClient, schema: string, table: string): Promise<boolean> {
  if (!(await tableExists(client, schema, table))) return false;
  const { rows } = await client.query<{ any: boolean }>(
    `SELECT EXISTS (SELECT FROM ${qualified(schema, table)}) AS any`,
  );
  return rows[0]!.any;
}

/**
 * Empties or drops tables, all in one statement and without CASCADE: so only our own tables can be touched. Throws a usage error that names
 * what of others' stands in the way.
 */
export async function removeRows(
  client: MetadataClient,
  how: 'TRUNCATE' | 'DROP TABLE',
  schema: string,
  tables: readonly string[],
): Promise<void> {
  try {
    await client.query(`${how} ${tables.map((table) => qualified(schema, table)).join(', ')}`);
  } catch (error) {
    const { code, detail } = error as { code?: string; detail?: string };
    if (code !== '0A000' && code !== '2BP01') throw error;
    throw usageError(
      `cannot replace ${tables.map((table) => `${schema}.${table}`).join(', ')}: ${detail ?? messageOf(error)}`,
      'Drop what refers to it, and seed again.',
      'METADATA_IN_USE',
    );
  }
}

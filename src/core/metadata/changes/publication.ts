import { escapeIdentifier } from 'pg';
import type { Plan } from '../../pipeline/plan.js';
import type { MetadataClient } from '../connect.js';
import { qualified } from '../copy.js';

/** What of a table decides whether logical replication can tell of its changes. */
export interface Source {
  table: string;
  keyColumn: string;
  /** Changes when the table is dropped and made again. */
  oid: string;
  isTable: boolean;
  /** Whether no two rows can have the same key, not even for a moment. */
  unique: boolean;
  /** Whether deletes and updates say which key the row had. */
  identified: boolean;
  published: boolean;
}

/** One per pipeline, whoever follows it. */
export function publicationOf(plan: Plan): string {
  return `pipe_${plan.name}`.slice(0, 63);
}

/** The tables that the plan joins with, by step; those that are missing are left out. */
export async function sourcesOf(client: MetadataClient, plan: Plan): Promise<Source[]> {
  const { rows } = await client.query<Source>(
    `SELECT wanted.table, wanted.key AS "keyColumn", c.oid::text AS oid,
            c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AS "isTable",
            EXISTS (SELECT FROM pg_index i
                     WHERE i.indrelid = c.oid AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL
                       AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum) AS "unique",
            c.relreplident = 'f' OR EXISTS (SELECT FROM pg_index i
                     WHERE i.indrelid = c.oid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
                       AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END
                   ) AS identified,
            EXISTS (SELECT FROM pg_publication_tables t
                     WHERE t.pubname = $2 AND t.schemaname = $1 AND t.tablename = wanted.table) AS published
       FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS wanted ("table", key, step)
       JOIN pg_namespace n ON n.nspname = $1
       JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.table
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = wanted.key
      ORDER BY wanted.step`,
    [
      plan.name,
      publicationOf(plan),
      plan.enrich.map(({ table }) => table),
      plan.enrich.map(({ keyColumn }) => keyColumn),
    ],
  );
  return rows;
}

/** Why the changes of a table cannot be streamed; undefined when they can. */
export function obstacle(plan: Plan, { table, keyColumn, isTable, unique, identified }: Source): string | undefined {
  const name = `${plan.name}.${table}`;
  if (!isTable) return `${name} is no ordinary table`;
  if (!unique) return `${name} has no unique index on ${keyColumn} alone`;
  if (!identified)
    return `${name}: its REPLICA IDENTITY does not hold ${keyColumn} (ALTER TABLE ${name} REPLICA IDENTITY USING INDEX ... would do)`;
  return undefined;
}

/** Brings the tables into the pipeline's publication. Tables that are there already stay: another home may follow them. */
export async function publish(client: MetadataClient, plan: Plan, sources: readonly Source[]): Promise<void> {
  const name = publicationOf(plan);
  const missing = new Set(sources.filter(({ published }) => !published).map(({ table }) => table));
  if (missing.size === 0) return;
  const tables = Array.from(missing, (table) => qualified(plan.name, table)).join(', ');
  const { rowCount } = await client.query('SELECT FROM pg_publication WHERE pubname = $1', [name]);
  // The lock that this takes waits for nobody's long VACUUM.
  await client.query("SET lock_timeout = '3s'");
  await client.query(
    rowCount === 0
      ? `CREATE PUBLICATION ${escapeIdentifier(name)} FOR TABLE ${tables} WITH (publish_via_partition_root = true)`
      : `ALTER PUBLICATION ${escapeIdentifier(name)} ADD TABLE ${tables}`,
  );
}

/** Takes tables out again: PostgreSQL refuses updates of a published row that it could not name. */
export async function unpublish(client: MetadataClient, plan: Plan, sources: readonly Source[]): Promise<void> {
  const published = new Set(sources.filter((source) => source.published).map(({ table }) => table));
  if (published.size === 0) return;
  const tables = Array.from(published, (table) => qualified(plan.name, table)).join(', ');
  await client.query(`ALTER PUBLICATION ${escapeIdentifier(publicationOf(plan))} DROP TABLE ${tables}`);
}

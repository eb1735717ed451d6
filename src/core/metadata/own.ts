import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { escapeIdentifier } from 'pg';
import type { Plan } from '../pipeline/plan.js';
import { usageError } from '../runtime/errors.js';
import { countRows, removeRows, tableExists } from './catalog.js';
import type { MetadataClient } from './connect.js';
import { copyRows, qualified } from './copy.js';
import { migrate } from './migrations.js';
import { type OwnTable, sqlType } from './own-cells.js';
import { type OwnFile, ownFile } from './own-file.js';
import { csvPath, ownRows } from './own-rows.js';
import { isSeededDomain } from './rows/registry.js';
import { rowsLine, type SeedRuntime, type TableCount } from './seeding.js';
import { inTransaction } from './transaction.js';

interface OwnRecord {
  columns: string;
  content: string;
}

/**
 * Makes and fills the tables that a pipeline file declares under `metadata`, all in one transaction. A table is filled again when its rows
 * changed and made anew when its columns did. Never touches a table that it did not make (exit 2). Throws one usage error for all bad cells.
 */
export async function seedOwn(client: MetadataClient, runtime: SeedRuntime, plan: Plan): Promise<TableCount[]> {
  const schema = plan.name;
  if (schema === 'pipe' || schema === 'information_schema' || schema.startsWith('pg_') || isSeededDomain(schema))
    throw usageError(
      `${plan.source}: pipeline: "${schema}" cannot have metadata tables of its own: that schema is taken`,
      'Give the pipeline another name.',
    );
  await migrate(client, runtime, 'pipe');
  const file = await ownFile(plan.source, runtime.cwd);
  return inTransaction(client, async () => {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${escapeIdentifier(schema)}`);
    const counts: TableCount[] = [];
    for (const [name, table] of Object.entries(plan.metadata?.tables ?? {})) {
      const rows = await seedTable(client, runtime, { schema, name, table, file });
      counts.push({ table: `${schema}.${name}`, rows });
    }
    return counts;
  });
}

interface Target {
  schema: string;
  name: string;
  table: OwnTable;
  file: OwnFile;
}

async function seedTable(client: MetadataClient, runtime: SeedRuntime, target: Target): Promise<number> {
  const { schema, name, table, file } = target;
  const shown = `${schema}.${name}`;
  const declared = { columns: declarationOf(table), content: await contentOf(file, table) };
  const made = await prepare(client, runtime, target, declared);
  const before = await countRows(client, schema, name);
  if (made?.content === declared.content && before > 0) {
    runtime.note(`${shown}: loaded already`);
    return before;
  }
  if (before > 0) {
    runtime.note(`${shown}: replacing its rows, as those of the file changed`);
    await removeRows(client, 'TRUNCATE', schema, [name]);
  }
  const columns = Object.keys(table.columns);
  const { signal, note } = runtime;
  const progress = (count: number) => note(`${rowsLine(shown, count)} so far`);
  const loaded = await copyRows(client, { schema, table: name, columns }, ownRows(file, name, table), {
    signal,
    progress,
  });
  await client.query(`ANALYZE ${qualified(schema, name)}`);
  await remember(client, target, declared);
  note(rowsLine(shown, loaded));
  return loaded;
}

/** Leaves a table with the declared columns; gives the record of the rows in it, if they are ours. */
async function prepare(
  client: MetadataClient,
  runtime: SeedRuntime,
  { schema, name, table, file }: Target,
  declared: OwnRecord,
): Promise<OwnRecord | undefined> {
  const shown = `${schema}.${name}`;
  const made = await recordOf(client, schema, name);
  const exists = await tableExists(client, schema, name);
  if (exists && !made)
    throw usageError(
      `${file.name}:${file.lineOf(['metadata', 'tables', name])}: table ${shown} exists already, and no seed made it`,
      'Leave it out of `metadata` to use it as it is, or give the declared one another name.',
      'NOT_SEEDED_BY_PIPE',
    );
  if (exists && made?.columns === declared.columns) return made;
  if (exists) {
    runtime.note(`${shown}: made anew, as its declared columns changed`);
    await removeRows(client, 'DROP TABLE', schema, [name]);
  }
  await client.query(createStatement(schema, name, table));
  return undefined;
}

function createStatement(schema: string, name: string, table: OwnTable): string {
  const columns = Object.entries(table.columns).map(([column, type]) => `${escapeIdentifier(column)} ${sqlType(type)}`);
  return `CREATE TABLE ${qualified(schema, name)} (${columns.join(', ')}, PRIMARY KEY (${escapeIdentifier(table.key)}))`;
}

/** Columns that a file declares, as text that changes whenever the table must. */
function declarationOf(table: OwnTable): string {
  const columns = Object.entries(table.columns).map(([column, type]) => `${column} ${sqlType(type)}`);
  return `${columns.join(', ')}, key ${table.key}`;
}

/** A CSV file that cannot be read counts as an empty one here: loading it tells why. */
async function contentOf(file: OwnFile, table: OwnTable): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(table.rows ?? []));
  const path = csvPath(file, table);
  if (path === undefined) return hash.digest('hex');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch {
    hash.update('unreadable');
  }
  return hash.digest('hex');
}

async function recordOf(client: MetadataClient, schema: string, name: string): Promise<OwnRecord | undefined> {
  const { rows } = await client.query<OwnRecord>(
    'SELECT columns, content FROM pipe.own_tables WHERE pipeline = $1 AND table_name = $2',
    [schema, name],
  );
  return rows[0];
}

async function remember(client: MetadataClient, { schema, name }: Target, record: OwnRecord): Promise<void> {
  await client.query(
    `INSERT INTO pipe.own_tables (pipeline, table_name, columns, content) VALUES ($1, $2, $3, $4)
     ON CONFLICT (pipeline, table_name) DO UPDATE
     SET columns = excluded.columns, content = excluded.content, loaded_at = now()`,
    [schema, name, record.columns, record.content],
  );
}

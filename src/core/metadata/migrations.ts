import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { messageOf, PipeError, usageError } from '../runtime/errors.js';
import type { Runtime } from '../runtime/runtime.js';
import type { MetadataClient } from './connect.js';
import { inTransaction } from './transaction.js';

interface Migration {
  name: string;
  /** As messages name it: below the package. */
  file: string;
  sql: string;
  checksum: string;
}

const bootstrap = `
  CREATE SCHEMA IF NOT EXISTS pipe;
  CREATE TABLE IF NOT EXISTS pipe.migrations (
    pipeline    text NOT NULL,
    name        text NOT NULL,
    checksum    text NOT NULL,
    applied_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (pipeline, name)
  )`;

/**
 * Applies what is new in configs/metadata/<pipeline>, in the order of the file names, each in a transaction of its own; gives the names of
 * what it applied. Refuses (exit 2) when a file that was applied has changed or is gone.
 */
export async function migrate(
  client: MetadataClient,
  runtime: Pick<Runtime, 'packageRoot'>,
  pipeline: string,
  folder: string = join(runtime.packageRoot, 'configs', 'metadata', pipeline),
): Promise<string[]> {
  const migrations = await readMigrations(folder, runtime.packageRoot);
  const applied: string[] = [];
  for (;;) {
    const done = await inTransaction(client, () => applyNext(client, pipeline, migrations));
    if (!done) return applied;
    applied.push(done);
  }
}

/** What was applied is read again under the lock each time: another seed may have been quicker. */
async function applyNext(
  client: MetadataClient,
  pipeline: string,
  migrations: readonly Migration[],
): Promise<string | undefined> {
  await client.query(bootstrap);
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'SELECT name, checksum FROM pipe.migrations WHERE pipeline = $1 ORDER BY name COLLATE "C"',
    [pipeline],
  );
  const known = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  for (const name of known.keys())
    if (!migrations.some((migration) => migration.name === name)) throw refused(`${pipeline}/${name}`, 'is gone');
  for (const migration of migrations) {
    const checksum = known.get(migration.name);
    if (checksum !== undefined && checksum !== migration.checksum) throw refused(migration.file, 'has changed');
  }
  const next = migrations.find(({ name }) => !known.has(name));
  if (next) await apply(client, pipeline, next);
  return next?.name;
}

async function apply(client: MetadataClient, pipeline: string, migration: Migration): Promise<void> {
  try {
    await client.query(migration.sql);
  } catch (error) {
    throw failed(migration, error);
  }
  await client.query('INSERT INTO pipe.migrations (pipeline, name, checksum) VALUES ($1, $2, $3)', [
    pipeline,
    migration.name,
    migration.checksum,
  ]);
}

async function readMigrations(folder: string, packageRoot: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{3}_[a-z0-9_]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8');
      // A checkout with other line ends is the same migration.
      const checksum = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
      return { name, file: relative(packageRoot, join(folder, name)), sql, checksum };
    }),
  );
}

function refused(file: string, what: string): PipeError {
  return usageError(
    `${file}: this migration ${what} since it was applied to the database`,
    'Put it back as it was and write the change as a new migration, or start from an empty database (pipe down --purge).',
    'MIGRATION_CHANGED',
  );
}

function failed(migration: Migration, error: unknown): PipeError {
  const { position, code } = error as { position?: string; code?: string };
  const line = position ? migration.sql.slice(0, Number(position) - 1).split('\n').length : 1;
  const hint =
    code === '42P06' || code === '42P07'
      ? 'The database holds objects of that name which pipe did not make: use another database.'
      : 'Nothing of this migration was kept.';
  return new PipeError(`${migration.file}:${line}: ${messageOf(error)}`, {
    code: 'MIGRATION_FAILED',
    hint,
    cause: error,
  });
}

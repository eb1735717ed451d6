import { usageError } from '../runtime/errors.js';
import { countRows, removeRows } from './catalog.js';
import type { MetadataClient } from './connect.js';
import { copyRows, qualified } from './copy.js';
import { migrate } from './migrations.js';
import { domainRows, type SeededDomain } from './rows/registry.js';
import type { SeededTable } from './rows/table.js';
import { rowsLine, type SeedChoice, type SeedRuntime, type TableCount } from './seeding.js';
import { inTransaction } from './transaction.js';

interface SeedRecord extends SeedChoice {
  generation: number;
}

/**
 * Brings the schema of a shipped pipeline up to date and fills it. All rows come in one transaction: an interrupted seed leaves what was
 * there. Does nothing when the same seed and scale fill it already; replaces the rows of another seed or scale; refuses (exit 2) to touch
 * rows that no seed made.
 */
export async function seedShipped(
  client: MetadataClient,
  runtime: SeedRuntime,
  domain: SeededDomain,
  choice: SeedChoice,
): Promise<TableCount[]> {
  await migrate(client, runtime, 'pipe');
  for (const name of await migrate(client, runtime, domain)) runtime.note(`${domain}: applied ${name}`);
  const { generation, tables } = domainRows[domain];
  return inTransaction(client, async () => {
    const seeded = await recordOf(client, domain);
    const counts = await countsOf(client, domain);
    if (seeded && isSame(seeded, { ...choice, generation }) && counts.every(({ rows }) => rows > 0)) {
      runtime.note(`${domain}: seeded already with seed ${choice.seed} at scale ${choice.scale}`);
      return counts;
    }
    await makeRoom(client, runtime, domain, counts, seeded);
    const loaded = await load(client, runtime, domain, tables(choice.seed, choice.scale));
    await remember(client, domain, { ...choice, generation });
    return loaded;
  });
}

/** Seed and scale that fill the schema now. */
export async function recordOf(client: MetadataClient, domain: SeededDomain): Promise<SeedRecord | undefined> {
  const { rows } = await client.query<{ seed: string; scale: number; generation: number }>(
    'SELECT seed, scale, generation FROM pipe.seeds WHERE pipeline = $1',
    [domain],
  );
  return rows[0] && { ...rows[0], seed: Number(rows[0].seed) };
}

/** The tables of a shipped pipeline, parents first. */
export function tablesOf(domain: SeededDomain): string[] {
  return domainRows[domain].tables(0, 0).map(({ name }) => name);
}

async function countsOf(client: MetadataClient, domain: SeededDomain): Promise<TableCount[]> {
  const counts: TableCount[] = [];
  for (const name of tablesOf(domain))
    counts.push({ table: `${domain}.${name}`, rows: await countRows(client, domain, name) });
  return counts;
}

async function makeRoom(
  client: MetadataClient,
  runtime: SeedRuntime,
  domain: SeededDomain,
  counts: readonly TableCount[],
  seeded: SeedRecord | undefined,
): Promise<void> {
  const filled = counts.find(({ rows }) => rows > 0);
  if (!filled) return;
  if (!seeded)
    throw usageError(
      `${filled.table} holds ${filled.rows} rows that no seed made; expected an empty table`,
      `Empty the tables of schema ${domain} yourself, or seed another database.`,
      'NOT_SEEDED_BY_PIPE',
    );
  runtime.note(`${domain}: replacing the rows of seed ${seeded.seed} at scale ${seeded.scale}`);
  await removeRows(client, 'TRUNCATE', domain, tablesOf(domain));
}

async function load(
  client: MetadataClient,
  { signal, note }: SeedRuntime,
  domain: SeededDomain,
  tables: readonly SeededTable[],
): Promise<TableCount[]> {
  const counts: TableCount[] = [];
  for (const { name, columns, rows } of tables) {
    const table = `${domain}.${name}`;
    const progress = (count: number) => note(`${rowsLine(table, count)} so far`);
    const loaded = await copyRows(client, { schema: domain, table: name, columns }, rows, { signal, progress });
    await client.query(`ANALYZE ${qualified(domain, name)}`);
    note(rowsLine(table, loaded));
    counts.push({ table, rows: loaded });
  }
  return counts;
}

async function remember(client: MetadataClient, domain: SeededDomain, record: SeedRecord): Promise<void> {
  await client.query(
    `INSERT INTO pipe.seeds (pipeline, seed, scale, generation) VALUES ($1, $2, $3, $4)
     ON CONFLICT (pipeline) DO UPDATE
     SET seed = excluded.seed, scale = excluded.scale, generation = excluded.generation, seeded_at = now()`,
    [domain, record.seed, record.scale, record.generation],
  );
}

function isSame(a: SeedRecord, b: SeedRecord): boolean {
  return a.seed === b.seed && a.scale === b.scale && a.generation === b.generation;
}

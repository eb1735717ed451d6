import { createHash } from 'node:crypto';
import type { Domain, Metadata, Scalar } from '../../generate/generator.js';
import { withMetadata } from '../../metadata/connect.js';
import { ownFile } from '../../metadata/own-file.js';
import { ownRows } from '../../metadata/own-rows.js';
import { readMetadata } from '../../metadata/read.js';
import { domainRows, isSeededDomain } from '../../metadata/rows/registry.js';
import type { Cell, SeededTable } from '../../metadata/rows/table.js';
import { seedIfEmpty } from '../../metadata/seed.js';
import { defaultChoice } from '../../metadata/seeding.js';
import type { Plan } from '../../pipeline/plan.js';
import { usageError } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { PostgresEndpoint } from '../../stack/endpoints.js';

/** The rows that a domain's generator draws from, out of PostgreSQL; tables that are missing or empty are seeded first. */
export function storedMetadata(
  runtime: Runtime,
  endpoint: PostgresEndpoint | undefined,
  plan: Plan,
  domain: Domain,
): Promise<Metadata> {
  return withMetadata(endpoint, async (client) => {
    const counts = await seedIfEmpty(client, runtime, plan);
    if (counts.length > 0) runtime.note(`seeded ${counts.map(({ table, rows }) => `${table} ${rows}`).join(', ')}`);
    return readMetadata(client, plan, domain.reads);
  });
}

/** The rows that `pipe seed` would put there by default, without any service. Throws a usage error for tables that only a database knows. */
export async function seedMetadata(runtime: Runtime, plan: Plan, domain: Domain): Promise<Metadata> {
  const tables = new Map((await seededTables(runtime, plan)).map((table) => [table.name, table]));
  const metadata: Record<string, Readonly<Record<string, Scalar>>[]> = {};
  for (const [name, columns] of Object.entries(domain.reads)) {
    const table = tables.get(name);
    if (!table)
      throw usageError(
        `${plan.source}: a dry run has no rows for the table ${name}: neither the file nor a shipped seed has it`,
        `Declare it under metadata.tables, or run without --dry-run, with PostgreSQL.`,
      );
    metadata[name] = [...table.rows].map((row) => pick(table, row, columns));
  }
  return metadata;
}

/** SHA-256 of the rows: equal digests, equal events. */
export function metadataDigest(metadata: Metadata): string {
  return createHash('sha256').update(JSON.stringify(metadata)).digest('hex');
}

async function seededTables(runtime: Runtime, plan: Plan): Promise<SeededTable[]> {
  if (!plan.metadata)
    return isSeededDomain(plan.name)
      ? domainRows[plan.name].tables(defaultChoice.seed, defaultChoice.scale).map((table) => byKey(table, 0))
      : [];
  const file = await ownFile(plan.source, runtime.cwd);
  const tables: SeededTable[] = [];
  for (const [name, table] of Object.entries(plan.metadata.tables)) {
    const columns = Object.keys(table.columns);
    const rows: Cell[][] = [];
    for await (const row of ownRows(file, name, table)) rows.push(row);
    tables.push(byKey({ name, columns, rows }, columns.indexOf(table.key)));
  }
  return tables;
}

/** Shipped tables have their key, or the beginning of it, in front. */
function byKey({ name, columns, rows }: SeededTable, key: number): SeededTable {
  return { name, columns, rows: [...rows].sort((a, b) => compare(a[key]!, b[key]!)) };
}

function pick(table: SeededTable, row: readonly Cell[], columns: readonly string[]): Record<string, Scalar> {
  return Object.fromEntries(columns.map((name) => [name, scalar(row[table.columns.indexOf(name)]!)]));
}

/** As `readMetadata` reads it back: decimals, which come as text with a point, are numbers, times are epoch ms. */
function scalar(cell: Cell): Scalar {
  if (cell instanceof Date) return cell.getTime();
  return typeof cell === 'string' && /^-?\d+\.\d+$/.test(cell) ? Number(cell) : cell;
}

/** The order of the primary key: numbers by value, texts by their bytes. */
function compare(a: Cell, b: Cell): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a) - Number(b);
}

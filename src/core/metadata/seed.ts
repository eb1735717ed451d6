import type { Plan } from '../pipeline/plan.js';
import { hasRows, tableExists } from './catalog.js';
import type { MetadataClient } from './connect.js';
import { declaresRows, seedOwn } from './own.js';
import { isSeededDomain, type SeededDomain } from './rows/registry.js';
import { recordOf, type SeedChoice, type SeedRuntime, seedShipped, type TableCount, tablesOf } from './shipped.js';

export const defaultChoice: SeedChoice = { seed: 1, scale: 1 };

/** Seeds what a pipeline has: tables of its own file, those of the shipped pipeline of its name, or none. */
export async function seedPipeline(
  client: MetadataClient,
  runtime: SeedRuntime,
  plan: Plan,
  choice: SeedChoice = defaultChoice,
): Promise<TableCount[]> {
  if (plan.metadata) return seedOwn(client, runtime, plan);
  return isSeededDomain(plan.name) ? seedShipped(client, runtime, plan.name, choice) : [];
}

/**
 * For commands that need rows to be there: seeds where a table is missing or empty, and leaves everything else as it is, so that it needs
 * no right to write where rows are there. A shipped pipeline that was seeded before gets its seed and scale again.
 */
export async function seedIfEmpty(client: MetadataClient, runtime: SeedRuntime, plan: Plan): Promise<TableCount[]> {
  const tables = neededTables(plan);
  for (const table of tables) {
    if (await hasRows(client, plan.name, table)) continue;
    return seedPipeline(client, runtime, plan, await earlierChoice(client, plan));
  }
  return [];
}

function neededTables(plan: Plan): string[] {
  if (!plan.metadata) return isSeededDomain(plan.name) ? tablesOf(plan.name) : [];
  return Object.entries(plan.metadata.tables)
    .filter(([, table]) => declaresRows(table))
    .map(([name]) => name);
}

async function earlierChoice(client: MetadataClient, plan: Plan): Promise<SeedChoice | undefined> {
  if (plan.metadata || !(await tableExists(client, 'pipe', 'seeds'))) return undefined;
  return recordOf(client, plan.name as SeededDomain);
}

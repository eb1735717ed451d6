import type { Plan } from '../pipeline/plan.js';
import { hasRows, tableExists } from './catalog.js';
import type { MetadataClient } from './connect.js';
import { seedOwn } from './own.js';
import { isSeededDomain, type SeededDomain } from './rows/registry.js';
import { defaultChoice, type SeedChoice, type SeedRuntime, type TableCount } from './seeding.js';
import { recordOf, seedShipped, tablesOf } from './shipped.js';

/**
 * Seeds pipelines one after the other, shipped ones by name. When the signal aborts, the one under way is left as it was and the tables of
 * those that are done come back.
 */
export async function seedAll(
  client: MetadataClient,
  runtime: SeedRuntime,
  pipelines: readonly (SeededDomain | Plan)[],
  choice: SeedChoice,
): Promise<TableCount[]> {
  const counts: TableCount[] = [];
  for (const pipeline of pipelines) {
    if (runtime.signal.aborted) break;
    try {
      const seeded =
        typeof pipeline === 'string'
          ? seedShipped(client, runtime, pipeline, choice)
          : seedPipeline(client, runtime, pipeline, choice);
      counts.push(...(await seeded));
    } catch (error) {
      if (!runtime.signal.aborted) throw error;
      runtime.note(`stopped: the rows of ${typeof pipeline === 'string' ? pipeline : pipeline.name} are as they were`);
    }
  }
  return counts;
}

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
  if (plan.metadata) return Object.keys(plan.metadata.tables);
  return isSeededDomain(plan.name) ? tablesOf(plan.name) : [];
}

async function earlierChoice(client: MetadataClient, plan: Plan): Promise<SeedChoice | undefined> {
  if (plan.metadata || !(await tableExists(client, 'pipe', 'seeds'))) return undefined;
  return recordOf(client, plan.name as SeededDomain);
}

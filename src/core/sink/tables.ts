import type { ClickHouseClient } from '@clickhouse/client';
import type { Plan } from '../pipeline/plan.js';
import { usageError } from '../runtime/errors.js';
import { createTable, type TableShape, tableShapes, viewStatements } from './ddl.js';
import { describeFailure } from './failures.js';
import { fitTable, type StoredTable } from './fit.js';

/**
 * Makes the plan's tables and views where they are missing and adds new columns to those that are there; safe to run at every start. Throws
 * a usage error when a stored table does not fit the pipeline file, before anything is changed.
 */
export async function ensureTables(client: ClickHouseClient, plan: Plan): Promise<void> {
  const shapes = tableShapes(plan);
  const alters: string[] = [];
  for (const shape of shapes) {
    const stored = await describeTable(client, shape.name);
    if (!stored) continue;
    const fit = fitTable(shape, stored);
    if (fit.problems.length > 0) throw misfit(plan, shape, fit.problems);
    alters.push(...fit.alters);
  }
  for (const shape of shapes) await run(client, createTable(shape), `making table ${shape.name}`);
  for (const alter of alters) await run(client, alter, 'changing a table');
  for (const { name, statement } of viewStatements(plan)) await run(client, statement, `making view ${name}`);
}

async function describeTable(client: ClickHouseClient, table: string): Promise<StoredTable | undefined> {
  const [found] = await select<Omit<StoredTable, 'columns'>>(
    client,
    `SELECT engine, engine_full AS engineFull, partition_key AS partitionKey, sorting_key AS sortingKey
     FROM system.tables WHERE database = currentDatabase() AND name = {table:String}`,
    table,
  );
  if (!found) return undefined;
  const columns = await select<{ name: string; type: string }>(
    client,
    `SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String} ORDER BY position`,
    table,
  );
  return { ...found, columns };
}

function misfit(plan: Plan, shape: TableShape, problems: readonly string[]): Error {
  return usageError(
    [`table ${shape.name} was made from another version of ${plan.source}:`, ...problems].join('\n  '),
    `Undo the change in the file, give the pipeline another name, or let the stored rows go: DROP TABLE ${shape.name}.`,
    'TABLE_MISFIT',
  );
}

async function run(client: ClickHouseClient, query: string, doing: string): Promise<void> {
  try {
    await client.command({ query });
  } catch (error) {
    throw describeFailure(error, doing);
  }
}

async function select<Row>(client: ClickHouseClient, query: string, table: string): Promise<Row[]> {
  try {
    const result = await client.query({ query, query_params: { table }, format: 'JSONEachRow' });
    return await result.json<Row>();
  } catch (error) {
    throw describeFailure(error, 'reading the stored tables');
  }
}

import type { YamlPath } from '../../runtime/yaml-file.js';
import { type OwnColumn, type OwnTable, readCell } from '../metadata-cells.js';
import type { PipelineFile } from '../schema.js';
import { entryOf, type Problems, unknown } from './problems.js';

type Cell = NonNullable<OwnTable['rows']>[number][string];

/** Tables of one's own: the key is a column, and each row in the file has the columns' types and a key that no other has. */
export function checkMetadata(file: PipelineFile, problems: Problems): void {
  for (const [name, table] of Object.entries(file.metadata?.tables ?? {})) {
    const path = ['metadata', 'tables', name];
    const key = entryOf(table.columns, table.key);
    if (!key) problems.add([...path, 'key'], unknown('column', table.key, Object.keys(table.columns)));
    else if (key.type !== 'text' && key.type !== 'int')
      problems.add([...path, 'key'], `expected a key of type text or int, got "${table.key}" of type ${key.type}`);
    if ((table.rows === undefined) === (table.rows_from === undefined))
      problems.add(path, 'expected either rows: [...] or rows_from: FILE.csv');
    table.rows?.forEach((row, index) => {
      checkRow([...path, 'rows', index], row, table, problems);
    });
    checkKeys([...path, 'rows'], table, problems);
  }
}

function checkRow(
  path: (string | number)[],
  row: NonNullable<OwnTable['rows']>[number],
  table: OwnTable,
  problems: Problems,
): void {
  for (const [name, value] of Object.entries(row)) {
    const column = entryOf(table.columns, name);
    if (!column) problems.add([...path, name], unknown('column', name, Object.keys(table.columns)));
    else checkCell([...path, name], value, column, problems);
  }
  if (entryOf(table.columns, table.key) && (entryOf(row, table.key) ?? null) === null)
    problems.add(path, `expected a value for the key "${table.key}"`);
}

function checkKeys(path: (string | number)[], table: OwnTable, problems: Problems): void {
  const seen = new Set<string>();
  table.rows?.forEach((row, index) => {
    const key = entryOf(row, table.key) ?? null;
    if (seen.has(String(key)))
      problems.add([...path, index, table.key], `the key ${JSON.stringify(key)} is there twice`);
    if (key !== null) seen.add(String(key));
  });
}

function checkCell(path: YamlPath, value: Cell, column: OwnColumn, problems: Problems): void {
  try {
    readCell(value, column);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.add(path, error.message);
  }
}

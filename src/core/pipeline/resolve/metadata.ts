import type { PipelineFile } from '../schema.js';
import { entryOf, type Problems, unknown } from './problems.js';

type Table = NonNullable<PipelineFile['metadata']>['tables'][string];
type Column = Table['columns'][string];

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
  row: NonNullable<Table['rows']>[number],
  table: Table,
  problems: Problems,
): void {
  for (const [name, value] of Object.entries(row)) {
    const column = entryOf(table.columns, name);
    if (!column) problems.add([...path, name], unknown('column', name, Object.keys(table.columns)));
    else if (value !== null && !fits(column, value))
      problems.add([...path, name], `expected ${words[column.type]}, got ${JSON.stringify(value)}`);
  }
  if (entryOf(table.columns, table.key) && (entryOf(row, table.key) ?? null) === null)
    problems.add(path, `expected a value for the key "${table.key}"`);
}

function checkKeys(path: (string | number)[], table: Table, problems: Problems): void {
  const seen = new Set<unknown>();
  table.rows?.forEach((row, index) => {
    const key = entryOf(row, table.key) ?? null;
    if (seen.has(key)) problems.add([...path, index, table.key], `the key ${JSON.stringify(key)} is there twice`);
    if (key !== null) seen.add(key);
  });
}

const words: Record<Column['type'], string> = {
  text: 'a string',
  int: 'a whole number',
  float: 'a number',
  decimal: 'a number',
  bool: 'true or false',
  timestamp: 'a time such as 2026-01-31T12:00:00Z',
};

function fits(column: Column, value: string | number | boolean): boolean {
  switch (column.type) {
    case 'text':
      return typeof value === 'string';
    case 'int':
      return Number.isSafeInteger(value);
    case 'float':
    case 'decimal':
      return typeof value === 'number' && Number.isFinite(value);
    case 'bool':
      return typeof value === 'boolean';
    case 'timestamp':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  }
}

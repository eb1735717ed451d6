import { columnDefinition, orderOf, type TableShape } from './ddl.js';
import { quoteIdentifier } from './identifiers.js';
import { withoutDictionary } from './types.js';

/** What system.tables and system.columns say about a table. */
export interface StoredTable {
  engine: string;
  /** Everything after ENGINE =, as ClickHouse prints it. */
  engineFull: string;
  partitionKey: string;
  sortingKey: string;
  columns: readonly { name: string; type: string }[];
}

export interface Fit {
  /** ALTER TABLE statements that add what the plan has on top. */
  alters: string[];
  /** Differences that cannot be mended without losing or misreading what is stored. */
  problems: string[];
}

/** Compares a stored table with the plan's. Columns and settings may be added; types, keys and engine must agree. */
export function fitTable(shape: TableShape, stored: StoredTable): Fit {
  const engine = shape.engine.replace(/\(.*/, '');
  if (stored.engine !== engine) return { alters: [], problems: [`expected engine ${engine}, found ${stored.engine}`] };
  const keys = [
    // A table that was made without slots has the same key, and stays as it is.
    ...different('ORDER BY', orderOf(unslotted(shape, stored)).join(', '), stored.sortingKey),
    ...different('PARTITION BY', `toDate(${shape.partitionTime})`, stored.partitionKey),
  ];
  const columns = fitColumns(shape, stored);
  const alter = `ALTER TABLE ${quoteIdentifier(shape.name)}`;
  return {
    problems: [...keys, ...columns.problems],
    alters: [...columns.additions, ...fitTtl(shape, stored), ...fitSettings(shape, stored)].map(
      (change) => `${alter} ${change}`,
    ),
  };
}

function fitColumns(shape: TableShape, stored: StoredTable): { additions: string[]; problems: string[] } {
  const found = new Map(stored.columns.map(({ name, type }) => [name, type]));
  const additions: string[] = [];
  const problems: string[] = [];
  shape.columns.forEach((column, index) => {
    const type = found.get(column.name);
    found.delete(column.name);
    if (type === undefined) {
      const previous = shape.columns[index - 1];
      const place = previous ? `AFTER ${quoteIdentifier(previous.name)}` : 'FIRST';
      // Rows that are already there get null, or 0 for a count: no other column could say that they lack it.
      if (canBeAdded(column.type)) additions.push(`ADD COLUMN ${columnDefinition(column)} ${place}`);
      else problems.push(`column ${column.name}: missing, and ${column.type} has no value for the rows already stored`);
    } else if (withoutDictionary(type) !== withoutDictionary(column.type))
      problems.push(`column ${column.name}: expected ${column.type}, found ${type}`);
  });
  // A column that the file no longer has stays and fills with nulls; without null the new rows would claim a value.
  for (const [name, type] of found)
    if (!canBeAdded(type)) problems.push(`column ${name}: stored as ${type}, but no longer in the pipeline file`);
  return { additions, problems };
}

function fitTtl(shape: TableShape, stored: StoredTable): string[] {
  const found = / TTL (.*?)(?: SETTINGS |$)/.exec(unquoted(stored.engineFull))?.[1];
  if (found === shape.ttl) return [];
  return [shape.ttl ? `MODIFY TTL ${shape.ttl}` : 'REMOVE TTL'];
}

function fitSettings(shape: TableShape, stored: StoredTable): string[] {
  return Object.entries(shape.settings)
    .filter(([name, value]) => !new RegExp(`\\b${name} = ${value}\\b`).test(stored.engineFull))
    .map(([name, value]) => `MODIFY SETTING ${name} = ${value}`);
}

function unslotted(shape: TableShape, { sortingKey }: StoredTable): Pick<TableShape, 'orderBy' | 'slotted'> {
  return unquoted(sortingKey) === shape.orderBy.join(', ') ? { orderBy: shape.orderBy } : shape;
}

function different(what: string, expected: string, found: string): string[] {
  return expected === unquoted(found) ? [] : [`expected ${what} (${expected}), found (${found})`];
}

/** ClickHouse prints names that are also keywords in backticks. */
function unquoted(text: string): string {
  return text.replaceAll('`', '');
}

function canBeAdded(type: string): boolean {
  return type.includes('Nullable(') || type === 'UInt64';
}

import type { Rows } from '../query/collect.js';
import type { Latency } from '../query/latency.js';
import { type NamedQuery, parametersOf } from '../query/named-query.js';
import { type Cell, table } from './table.js';

/** Rows of any ClickHouse types as a table. */
export function rowsTable({ columns, rows }: Rows): string {
  return table(
    columns.map((column) => column.name),
    rows.map((row) => row.map(cellOf)),
  );
}

export function latencyTable(latency: Latency): string {
  const names = Object.keys(latency) as (keyof Latency)[];
  const values = names.map((name) => (name === 'count' ? latency.count : latency[name].toFixed(2)));
  return table(
    names.map((name) => (name === 'count' ? 'runs' : `${name} ms`)),
    [values],
  );
}

/** Named queries with their parameters: a value is the default, a type stands for one that must be given. */
export function catalogueTable(queries: readonly NamedQuery[]): string {
  const rows = queries.map((query) => [
    query.name,
    parametersOf(query)
      .map(({ name, type, default: value }) => `${name}=${value ?? type.toUpperCase()}`)
      .join(' '),
    query.description,
  ]);
  return table(['query', 'parameters', 'shows'], rows, { wrapAt: 80 });
}

/** "12 rows, 8 ms" */
export function rowsNote(rows: number | null, elapsedMs: number): string {
  const took = elapsedMs < 10 ? elapsedMs.toFixed(1) : Math.round(elapsedMs);
  return rows === null ? `${took} ms` : `${rows} ${rows === 1 ? 'row' : 'rows'}, ${took} ms`;
}

/** Text in one line: a line break or a control code in a value would tear the table, or the terminal. */
export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (code) => JSON.stringify(code).slice(1, -1));
}

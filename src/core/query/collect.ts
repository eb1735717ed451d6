import type { Readable } from 'node:stream';
import { usageError } from '../runtime/errors.js';
import { linesOf } from './lines.js';

export interface QueryColumn {
  name: string;
  /** ClickHouse's type. */
  type: string;
}

export interface Rows {
  columns: QueryColumn[];
  /** Values by column. */
  rows: unknown[][];
}

/** So many rows are more than anybody reads in a table, and few enough to hold. */
const most = 100_000;

/** Reads a whole answer in the table's format: names, types, rows. Throws a usage error beyond 100,000 rows. */
export async function collect(stream: Readable): Promise<Rows> {
  const heads: unknown[][] = [];
  const rows: unknown[][] = [];
  for await (const line of linesOf(stream)) {
    const values = JSON.parse(line) as unknown[];
    if (heads.length < 2) heads.push(values);
    else rows.push(values);
    if (rows.length > most) {
      stream.destroy();
      throw usageError(
        `more than ${most} rows are too many for a table`,
        'Add LIMIT, or let them stream: --format ndjson.',
      );
    }
  }
  const [names = [], types = []] = heads;
  return { columns: names.map((name, index) => ({ name: String(name), type: String(types[index]) })), rows };
}

/** Rows as objects by column name. */
export function asObjects({ columns, rows }: Rows): Record<string, unknown>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
}

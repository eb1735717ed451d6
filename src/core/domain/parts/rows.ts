import type { Metadata, Scalar } from '../../generate/generator.js';
import { missingError } from '../../runtime/errors.js';

type Row = Readonly<Record<string, Scalar>>;

/** The rows of a table that a generator cannot do without. Throws a missing error when there are none. */
export function rowsOf(metadata: Metadata, pipeline: string, table: string): readonly Row[] {
  const rows = metadata[table] ?? [];
  if (rows.length > 0) return rows;
  throw missingError(
    `${pipeline}.${table} has no rows to make events from`,
    `pipe seed --domain ${pipeline}`,
    'NO_METADATA',
  );
}

export function rowsByKey(rows: readonly Row[], column: string): Map<string, Row> {
  return new Map(rows.map((row) => [String(row[column]), row]));
}

/** A numeric column; decimals come from PostgreSQL as text. */
export function numberIn(row: Row | undefined, column: string, fallback = 0): number {
  const value = Number(row?.[column] ?? fallback);
  return Number.isFinite(value) ? value : fallback;
}

/** Hundredths of a decimal column, as a whole number. */
export function centsIn(row: Row | undefined, column: string): number {
  return Math.round(numberIn(row, column) * 100);
}

/** Row indices by the value of a column, in the order of the rows. */
export function groupRows(rows: readonly Row[], column: string): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [index, row] of rows.entries()) {
    const value = String(row[column]);
    const group = groups.get(value);
    if (group) group.push(index);
    else groups.set(value, [index]);
  }
  return groups;
}

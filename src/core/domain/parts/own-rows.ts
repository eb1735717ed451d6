import type { Metadata, Scalar } from '../../generate/generator.js';
import type { Random } from '../../generate/random.js';
import type { Plan, PlanField } from '../../pipeline/plan.js';
import { missingError, usageError } from '../../runtime/errors.js';

type Row = Readonly<Record<string, Scalar>>;
type Origin = { table: string; column: string };

export type CellReader = (row: Row) => Scalar | undefined;

/** The row of one table that an event is made from. */
export interface RowPicker {
  current: Row;
  draw(key: string, random: Random): void;
}

/** Rows are drawn alike, except of the table that the key comes from: there it is the key's row. Throws a missing error for an empty table. */
export function rowPicker(plan: Plan, table: string, metadata: Metadata, key: Origin | undefined): RowPicker {
  const rows = metadata[table] ?? [];
  if (rows.length === 0)
    throw missingError(
      `${plan.name}.${table} has no rows to make events from`,
      `pipe seed --pipeline ${plan.source}`,
      'NO_METADATA',
    );
  const picker: RowPicker = {
    current: rows[0]!,
    draw: (_, random) => {
      picker.current = random.pick(rows);
    },
  };
  if (key?.table !== table) return picker;
  const byKey = new Map(rows.map((row) => [String(row[key.column]), row]));
  picker.draw = (value) => {
    picker.current = byKey.get(value) ?? rows[0]!;
  };
  return picker;
}

/** Reads a column as the field's type; decimals and times come from PostgreSQL as text. Throws a usage error if it cannot hold for all rows. */
export function cellReader(plan: Plan, field: PlanField, { table, column }: Origin, metadata: Metadata): CellReader {
  for (const row of metadata[table] ?? []) {
    const value = convert(field, row[column]);
    if (value === undefined ? !field.optional : typeof value === 'number' && Number.isNaN(value))
      throw usageError(
        `${plan.source}: event.fields.${field.name}: expected a ${field.type} in every row of ${table}.${column}, got ${JSON.stringify(row[column] ?? null)}`,
        field.optional ? undefined : 'Make the field optional, or give every row a value.',
        'CONFIG',
      );
  }
  return (row) => convert(field, row[column]);
}

function convert(field: PlanField, value: Scalar | undefined): Scalar | undefined {
  if (value === null || value === undefined) return undefined;
  switch (field.type) {
    case 'string':
      return String(value);
    case 'bool':
      return value === true || value === 'true';
    case 'timestamp':
      return typeof value === 'number' ? value : Date.parse(String(value));
    case 'int':
    case 'float':
    case 'decimal':
      return Number(value);
  }
}

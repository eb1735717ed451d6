import { quoteIdentifier, quoteIdentifiers } from '../../sink/identifiers.js';
import type { Statement } from '../execute.js';
import type { AnswerColumn } from './columns.js';
import { decodeCursor } from './cursor.js';

/** Rows of a table in which rows replace each other, page by page in a total order. Read itself, for its view takes a fifth longer. */
export interface PageSource {
  table: string;
  columns: readonly AnswerColumn[];
  /** What the rows are ordered by: no two have the same. The first is a time. */
  order: readonly AnswerColumn[];
}

/** One condition on a column: the value is bound, as this type of ClickHouse. */
export interface Condition {
  column: string;
  is: '=' | '>=' | '<' | 'LIKE';
  value: string;
  type: string;
}

export interface PageWish {
  conditions: readonly Condition[];
  order: 'asc' | 'desc';
  limit: number;
  cursor?: string;
}

/** One row more than the page holds tells that there is another page. Throws a usage error for a bad cursor. */
export function pageStatement({ table, columns, order }: PageSource, wish: PageWish): Statement {
  const params: Record<string, string> = { limit: String(wish.limit + 1) };
  const where = wish.conditions.map(({ column, is, value, type }, index) => {
    params[`c${index}`] = value;
    return `${quoteIdentifier(column)} ${is} ${bound(`c${index}`, type)}`;
  });
  const sorted = order.flatMap(sortable);
  if (wish.cursor !== undefined) {
    const place = decodeCursor(wish.cursor, order).flatMap((value, index) => sortedValue(order[index]!, value));
    const after = place.map(({ value, type }, index) => {
      params[`a${index}`] = value;
      return bound(`a${index}`, type);
    });
    where.push(`(${sorted.join(', ')}) ${wish.order === 'asc' ? '>' : '<'} (${after.join(', ')})`);
  }
  const direction = wish.order === 'asc' ? 'ASC' : 'DESC';
  const sql = `SELECT ${quoteIdentifiers(columns.map(({ name }) => name))}
FROM ${quoteIdentifier(table)} FINAL
${where.length > 0 ? `WHERE ${where.join(' AND ')}\n` : ''}ORDER BY ${sorted.map((by) => `${by} ${direction}`).join(', ')}
LIMIT {limit:UInt32}`;
  return { sql, params };
}

/** A time is bound in milliseconds since the epoch. */
function bound(name: string, type: string): string {
  return type === 'time' ? `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')` : `{${name}:${type}}`;
}

/** Nothing compares with a null, so one is a flag and a value in its place. */
function sortable(column: AnswerColumn): string[] {
  const name = quoteIdentifier(column.name);
  return column.nullable ? [`isNull(${name})`, `ifNull(${name}, ${typeOf(column).none})`] : [name];
}

function sortedValue(column: AnswerColumn, value: string | null): { value: string; type: string }[] {
  const { type, unset } = typeOf(column);
  const told = { value: value === null ? unset : inType(column, value), type };
  return column.nullable ? [{ value: value === null ? '1' : '0', type: 'UInt8' }, told] : [told];
}

function inType({ kind }: AnswerColumn, value: string): string {
  return kind === 'time' ? String(Date.parse(value)) : value;
}

/** What windows may be grouped by, and times: `none` in SQL and `unset` as a parameter are the same value. */
function typeOf({ kind }: AnswerColumn): { type: string; none: string; unset: string } {
  switch (kind) {
    case 'exact':
      return { type: 'Int64', none: '0', unset: '0' };
    case 'bool':
      return { type: 'Bool', none: 'false', unset: 'false' };
    case 'time':
      return { type: 'time', none: "fromUnixTimestamp64Milli(0, 'UTC')", unset: '0' };
    default:
      return { type: 'String', none: "''", unset: '' };
  }
}

import type { PlanAggregate } from '../plan.js';
import type { Expression } from './expression.js';

/**
 * ClickHouse SQL over the raw table, whose columns are Int64, Float64, Decimal(18, scale), Bool, String and DateTime64(3). The value is
 * JavaScript's exactly as long as ints and scaled decimals stay within 2^53; timestamps come out as Int64 milliseconds, bools as UInt8 or Bool.
 */
export function toClickHouse(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return literalSql(expression.value, expression);
    case 'field':
      return fieldSql(expression);
    case 'arithmetic':
      return arithmeticSql(expression);
    case 'compare': {
      const [left, right] = aligned(expression.left, expression.right);
      return `(${left} ${expression.operator === '==' ? '=' : expression.operator} ${right})`;
    }
    case 'logical': {
      const operator = expression.operator === '&&' ? 'AND' : 'OR';
      return `(${toClickHouse(expression.left)} ${operator} ${toClickHouse(expression.right)})`;
    }
    case 'not':
      return `(NOT ${toClickHouse(expression.operand)})`;
    case 'in': {
      const { operand, values } = expression;
      return `(${toClickHouse(operand)} IN (${values.map((value) => literalSql(value, operand)).join(', ')}))`;
    }
    case 'is_null':
      return `isNull(${toClickHouse(expression.operand)})`;
  }
}

/**
 * The aggregate over raw rows. Nulls do not count, as in SQL; all but the counts are null where no row counts. `time` is the name of the event
 * time's column. Approximate functions are given exactly: a sketch is checked against the true value, within its error.
 */
export function aggregateToClickHouse(aggregate: Omit<PlanAggregate, 'name'>, time: string): string {
  const { argument, where } = aggregate;
  const filter = where ? toClickHouse(where) : undefined;
  if (!argument) return filter ? `countIf(${filter})` : 'count()';
  const call = (name: string, values: string) =>
    `${name}${filter ? 'If' : ''}(${[values, ...(filter ? [filter] : [])].join(', ')})`;
  const value = toClickHouse(argument);
  const order = `(${quoted(time)}, \`_partition\`, \`_offset\`)`;
  switch (aggregate.function) {
    case 'count':
      return call('count', value);
    case 'count_distinct':
    case 'approx_count_distinct':
      return call('uniqExact', value);
    case 'sum':
      return call('sumOrNull', widened(argument, value));
    case 'avg':
      return `toFloat64(${call('sumOrNull', widened(argument, value))}) / ${call('count', value)}`;
    case 'min':
    case 'max':
      return call(`${aggregate.function}OrNull`, value);
    case 'quantile':
      return atRank(call('groupArray', asFloat(argument)), aggregate.quantile!);
    case 'first':
      return call('argMinOrNull', `${value}, ${order}`);
    case 'last':
      return call('argMaxOrNull', `${value}, ${order}`);
  }
}

/** The value at rank floor(q * (n - 1)) of an array: the engine's sketch answers with this one, within its relative accuracy. */
function atRank(values: string, q: number): string {
  return `if(empty(${values}), NULL, arraySort(${values})[toUInt64(floor(${q} * (length(${values}) - 1))) + 1])`;
}

type Of<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

function literalSql(value: string | number | boolean, { type, scale }: Pick<Expression, 'type' | 'scale'>): string {
  if (typeof value === 'string') return `'${value.replace(/['\\]/g, '\\$&').replaceAll('\0', '\\0')}'`;
  if (typeof value === 'boolean') return String(value);
  if (type === 'decimal') return `toDecimal64('${decimalText(value, scale)}', ${scale})`;
  return type === 'float' ? `toFloat64(${value})` : `toInt64(${value})`;
}

function fieldSql({ name, type }: Of<'field'>): string {
  return type === 'timestamp' ? `toUnixTimestamp64Milli(${quoted(name)})` : quoted(name);
}

function arithmeticSql({ operator, left, right, type }: Of<'arithmetic'>): string {
  if (operator === '/') return `(${asFloat(left)} / nullIf(${asFloat(right)}, 0))`;
  if (type === 'float') return `(${asFloat(left)} ${operator} ${asFloat(right)})`;
  if (type === 'decimal') return `(${asDecimal(left)} ${operator} ${asDecimal(right)})`;
  return `(${toClickHouse(left)} ${operator} ${toClickHouse(right)})`;
}

/** Both sides of a comparison in one type. */
function aligned(left: Expression, right: Expression): [string, string] {
  const types = [left.type, right.type];
  if (types.includes('float')) return [asFloat(left), asFloat(right)];
  if (types.includes('decimal')) return [asDecimal(left), asDecimal(right)];
  return [toClickHouse(left), toClickHouse(right)];
}

function asFloat(expression: Expression): string {
  const sql = toClickHouse(expression);
  return expression.type === 'float' ? sql : `toFloat64(${sql})`;
}

function asDecimal(expression: Expression): string {
  const sql = toClickHouse(expression);
  return expression.type === 'decimal' ? sql : `toDecimal64(${sql}, 0)`;
}

/** Sums have 128 bits: a sum of Decimal(18, s) has by itself, one of Int64 would wrap around. */
function widened(argument: Expression, sql: string): string {
  return argument.type === 'int' ? `toInt128(${sql})` : sql;
}

/** A scaled integer with its point: -5 of scale 2 is -0.05. */
export function decimalText(value: number, scale: number): string {
  if (scale === 0) return String(value);
  const digits = String(Math.abs(value)).padStart(scale + 1, '0');
  return `${value < 0 ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function quoted(name: string): string {
  return `\`${name}\``;
}

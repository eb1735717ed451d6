import { decimalText } from './clickhouse.js';
import type { Expression } from './expression.js';

/** The expression in its own language, with every inner bracket written: parsing it gives the same expression again. */
export function toText(expression: Expression): string {
  const text = bracketed(expression);
  return ['arithmetic', 'compare', 'logical', 'in'].includes(expression.kind) ? text.slice(1, -1) : text;
}

function bracketed(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return literalText(expression.value, expression);
    case 'field':
      return expression.name;
    case 'not':
      return `!${bracketed(expression.operand)}`;
    case 'in':
      return `(${bracketed(expression.operand)} in [${expression.values.map((value) => literalText(value, expression.operand)).join(', ')}])`;
    case 'is_null':
      return `is_null(${bracketed(expression.operand)})`;
    default:
      return `(${bracketed(expression.left)} ${expression.operator} ${bracketed(expression.right)})`;
  }
}

function literalText(value: string | number | boolean, { type, scale }: Pick<Expression, 'type' | 'scale'>): string {
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`;
  if (type === 'float') return /e/.test(String(value)) ? String(value) : `${value}e0`;
  return typeof value === 'number' ? decimalText(value, scale) : String(value);
}

import { decimalText } from './clickhouse.js';
import type { Expression } from './expression.js';

/** The expression in its own language, with every bracket written: parsing it gives the same expression again. */
export function toText(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return literalText(expression.value, expression);
    case 'field':
      return expression.name;
    case 'not':
      return `!${toText(expression.operand)}`;
    case 'in':
      return `(${toText(expression.operand)} in [${expression.values.map((value) => literalText(value, expression.operand)).join(', ')}])`;
    case 'is_null':
      return `is_null(${toText(expression.operand)})`;
    default:
      return `(${toText(expression.left)} ${expression.operator} ${toText(expression.right)})`;
  }
}

function literalText(value: string | number | boolean, { type, scale }: Pick<Expression, 'type' | 'scale'>): string {
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`;
  if (type === 'float') return /e/.test(String(value)) ? String(value) : `${value}e0`;
  return typeof value === 'number' ? decimalText(value, scale) : String(value);
}

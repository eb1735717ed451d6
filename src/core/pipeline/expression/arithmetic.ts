import type { PipeError } from '../../runtime/errors.js';
import type { FieldType } from '../schema.js';
import { type Arithmetic, type Expression, maxScale } from './expression.js';
import { syntaxError } from './syntax.js';

/** A typed + - * or /. Throws for operands that it has no meaning for and for a product of too many digits. */
export function arithmetic(operator: Arithmetic, left: Expression, right: Expression, at: number): Expression {
  const make = (type: FieldType, scale = 0): Expression => ({
    kind: 'arithmetic',
    operator,
    left,
    right,
    type,
    scale,
  });
  if (left.type === 'timestamp' || right.type === 'timestamp')
    return make(timestampResult(operator, left.type, right.type, at));
  for (const { type } of [left, right])
    if (!isNumeric(type)) throw syntaxError(`${operator} expects numbers, got ${left.type} and ${right.type}`, at);
  if (operator === '/' || left.type === 'float' || right.type === 'float') return make('float');
  if (left.type === 'int' && right.type === 'int') return make('int');
  const scale = operator === '*' ? left.scale + right.scale : Math.max(left.scale, right.scale);
  if (scale > maxScale)
    throw syntaxError(
      `expected a result of at most ${maxScale} digits after the point, got ${scale}`,
      at,
      'multiply by 1e0 to go on in floats',
    );
  return make('decimal', scale);
}

export function isNumeric(type: FieldType): boolean {
  return type === 'int' || type === 'float' || type === 'decimal';
}

function timestampResult(operator: Arithmetic, left: FieldType, right: FieldType, at: number): FieldType {
  const types = `${left} ${operator} ${right}`;
  if (types === 'timestamp - timestamp') return 'int';
  if (['timestamp + int', 'int + timestamp', 'timestamp - int'].includes(types)) return 'timestamp';
  throw noTimestamp(operator, left, right, at);
}

function noTimestamp(operator: Arithmetic, left: FieldType, right: FieldType, at: number): PipeError {
  return syntaxError(
    `${operator} is not defined for ${left} and ${right}`,
    at,
    'a timestamp takes + or - an int of milliseconds, and two have a difference',
  );
}

import type jsep from 'jsep';
import { isNumeric } from './arithmetic.js';
import type { Comparison, Expression } from './expression.js';
import { type Literal, literal } from './literal.js';
import { type Syntax, startOf, syntaxError } from './syntax.js';

/** A typed comparison: numbers of any kinds, or two of one type; strings and bools only for equality. */
export function compare(operator: Comparison, left: Expression, right: Expression, at: number): Expression {
  const alike = left.type === right.type || (isNumeric(left.type) && isNumeric(right.type));
  const withTime = [left.type, right.type].sort().join() === 'int,timestamp';
  if (!alike && !withTime) throw syntaxError(`${operator} cannot compare ${left.type} with ${right.type}`, at);
  if ((left.type === 'string' || left.type === 'bool') && operator !== '==' && operator !== '!=')
    throw syntaxError(`${operator} is not defined for ${left.type}s`, at, 'they have == and != and no order');
  return { kind: 'compare', operator, left, right, type: 'bool', scale: 0 };
}

/** `operand in [literals]`: the values come in the operand's own unit. */
export function membership(operand: Expression, list: Syntax, at: number): Expression {
  if (list.type !== 'ArrayExpression')
    throw syntaxError('expected a list of literals after in', startOf(list), 'such as: kind in ["a", "b"]');
  if (list.elements.length === 0) throw syntaxError('expected a list with at least one value', startOf(list));
  if (operand.type === 'bool') throw syntaxError('in is not defined for bools', at, 'compare with == or use ! and &&');
  const values = list.elements.map((element) => {
    const node = element as Syntax | null;
    const negative = node?.type === 'UnaryExpression' && node.operator === '-';
    const inner = negative ? (node.argument as Syntax) : node;
    if (inner?.type !== 'Literal') throw syntaxError('expected literals in the list', startOf(node ?? list));
    const read = literal(inner as Syntax & jsep.Literal);
    if (!negative) return valueFor(operand, read, startOf(inner));
    if (typeof read.value !== 'number') throw syntaxError(`- expects a number, got ${read.type}`, startOf(node));
    return valueFor(operand, { ...read, value: 0 - read.value }, startOf(inner));
  });
  return { kind: 'in', operand, values: [...new Set(values)], type: 'bool', scale: 0 };
}

function valueFor(operand: Expression, { value, type, scale }: Literal, at: number): string | number {
  if (operand.type === 'string' && typeof value === 'string') return value;
  if (operand.type !== 'string' && typeof value === 'number') {
    if (operand.type === 'float') return value / 10 ** scale;
    const scaled = type === 'float' || scale > operand.scale ? Number.NaN : value * 10 ** (operand.scale - scale);
    if (Number.isSafeInteger(scaled)) return scaled;
    throw syntaxError(`expected ${operand.type}s of at most ${operand.scale} digits after the point`, at);
  }
  throw syntaxError(`expected a list of ${operand.type}s, got a ${type}`, at);
}

import type jsep from 'jsep';
import type { Expression } from './expression.js';
import { type Syntax, startOf, syntaxError } from './syntax.js';

export type Literal = Extract<Expression, { kind: 'literal' }>;

const mostDigits = 9;

/** 5 is an int, 0.25 a decimal of scale 2, 2.5e-1 a float; "text" and 'text' are strings, true and false bools. */
export function literal(node: Syntax & jsep.Literal): Literal {
  const { value, raw } = node;
  if (typeof value === 'string') return { kind: 'literal', value, type: 'string', scale: 0 };
  if (typeof value === 'boolean') return { kind: 'literal', value, type: 'bool', scale: 0 };
  if (typeof value === 'number') return numberLiteral(value, raw, startOf(node));
  throw syntaxError(`unexpected ${raw}`, startOf(node), 'nulls are tested by is_null(x)');
}

function numberLiteral(value: number, raw: string, at: number): Literal {
  if (!Number.isFinite(value)) throw syntaxError(`expected a number below 1.8e308, got ${raw}`, at);
  if (/[eE]/.test(raw)) return { kind: 'literal', value, type: 'float', scale: 0 };
  const scale = raw.split('.')[1]?.length ?? 0;
  if (scale > mostDigits)
    throw syntaxError(
      `expected at most ${mostDigits} digits after the point, got ${raw}`,
      at,
      'write a float as 1.5e0',
    );
  const scaled = Number(raw.replace('.', ''));
  if (!Number.isSafeInteger(scaled))
    throw syntaxError(`expected at most 15 digits, got ${raw}`, at, 'write a float as 1.5e0');
  return { kind: 'literal', value: scaled, type: scale > 0 ? 'decimal' : 'int', scale };
}

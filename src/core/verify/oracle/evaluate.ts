import type { Expression } from '../../pipeline/expression/expression.js';
import type { Value, Values } from './values.js';

type Evaluate = (event: Values) => Value;
type Of<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

/** The value of an expression for an event, read off its tree node by node (docs/pipeline-file.md, Expressions). */
export function evaluator(expression: Expression): Evaluate {
  switch (expression.kind) {
    case 'literal':
      return () => expression.value;
    case 'field':
      return (event) => event[expression.column] ?? null;
    case 'arithmetic':
      return arithmetic(expression);
    case 'compare':
      return comparison(expression);
    case 'logical':
      return logical(expression);
    case 'not': {
      const operand = evaluator(expression.operand);
      return (event) => {
        const value = operand(event);
        return value === null ? null : !value;
      };
    }
    case 'in': {
      const operand = evaluator(expression.operand);
      const wanted = new Set<Value>(expression.values);
      return (event) => {
        const value = operand(event);
        return value === null ? null : wanted.has(value);
      };
    }
    case 'is_null': {
      const operand = evaluator(expression.operand);
      return (event) => operand(event) === null;
    }
  }
}

function arithmetic({ operator, left, right, type, scale }: Of<'arithmetic'>): Evaluate {
  const inFloats = operator === '/' || type === 'float';
  const [a, b] = inFloats
    ? [asFloat(left), asFloat(right)]
    : operator === '*'
      ? [evaluator(left), evaluator(right)]
      : [atScale(left, scale), atScale(right, scale)];
  const compute = (x: number, y: number): number | null => {
    if (operator === '+') return x + y;
    if (operator === '-') return x - y;
    if (operator === '*') return x * y;
    return y === 0 ? null : x / y;
  };
  return (event) => {
    const x = a(event);
    const y = b(event);
    if (x === null || y === null) return null;
    const result = compute(x as number, y as number);
    return Number.isNaN(result) ? null : result;
  };
}

function comparison({ operator, left, right }: Of<'compare'>): Evaluate {
  const [a, b] = comparable(left, right);
  return (event) => {
    const x = a(event);
    const y = b(event);
    if (x === null || y === null) return null;
    if (operator === '==') return x === y;
    if (operator === '!=') return x !== y;
    if (operator === '<') return x < y;
    if (operator === '<=') return x <= y;
    return operator === '>' ? x > y : x >= y;
  };
}

/** Both sides in one unit. */
function comparable(left: Expression, right: Expression): [Evaluate, Evaluate] {
  if (left.type === 'string' || left.type === 'bool') return [evaluator(left), evaluator(right)];
  if (left.type === 'float' || right.type === 'float') return [asFloat(left), asFloat(right)];
  const scale = Math.max(left.scale, right.scale);
  return [atScale(left, scale), atScale(right, scale)];
}

function logical({ operator, left, right }: Of<'logical'>): Evaluate {
  const a = evaluator(left);
  const b = evaluator(right);
  // What decides alone, whatever the other side is, null included.
  const decisive = operator === '||';
  return (event) => {
    const x = a(event);
    const y = b(event);
    if (x === decisive || y === decisive) return decisive;
    return x === null || y === null ? null : !decisive;
  };
}

function asFloat(expression: Expression): Evaluate {
  return transformed(expression, (value) => value / 10 ** expression.scale);
}

function atScale(expression: Expression, scale: number): Evaluate {
  return transformed(expression, (value) => value * 10 ** (scale - expression.scale));
}

function transformed(expression: Expression, transform: (value: number) => number): Evaluate {
  const evaluate = evaluator(expression);
  return (event) => {
    const value = evaluate(event);
    return value === null ? null : transform(value as number);
  };
}

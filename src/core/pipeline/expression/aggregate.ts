import type jsep from 'jsep';
import { didYouMean } from '../../runtime/yaml-problems.js';
import { type AggregateFunction, aggregateFunctions, type PlanAggregate } from '../plan.js';
import type { FieldType } from '../schema.js';
import { isNumeric } from './arithmetic.js';
import type { Expression } from './expression.js';
import { literal } from './literal.js';
import { typed } from './parse.js';
import type { Scope } from './scope.js';
import { parseSyntax, type Syntax, startOf, syntaxError } from './syntax.js';

/** The aggregate of a text such as `sum(price * quantity)`; its name and filter come from elsewhere. Throws as parseExpression. */
export function parseAggregate(text: string, scope: Scope): Omit<PlanAggregate, 'name' | 'where'> {
  const node = parseSyntax(text);
  const example = 'such as count() or sum(x)';
  if (node.type !== 'CallExpression' || (node.callee as Syntax).type !== 'Identifier')
    throw syntaxError('expected an aggregate', startOf(node), example);
  const called = functionNamed(String(node.callee.name), startOf(node));
  const given = node.arguments as Syntax[];
  const wanted = called === 'count' ? 0 : called === 'quantile' ? 2 : 1;
  if (given.length !== wanted)
    throw syntaxError(`${called} takes ${counted[wanted]}, got ${given.length}`, startOf(node), usage[called]);
  if (called === 'count') return { function: called, type: 'int', scale: 0 };
  const argument = typed(given[0]!, scope);
  checkArgument(called, argument, startOf(given[0]!));
  const quantile = called === 'quantile' ? { quantile: level(given[1]!) } : {};
  return { function: called, argument, ...quantile, ...resultOf(called, argument) };
}

const counted = ['no argument', 'one argument', 'two arguments'];
const usage: Partial<Record<AggregateFunction, string>> = {
  count: 'a filter stands in where:',
  quantile: 'as in: quantile(x, 0.95)',
};

function functionNamed(name: string, at: number): AggregateFunction {
  const found = aggregateFunctions.find((each) => each === name);
  if (found) return found;
  const near = didYouMean(name, aggregateFunctions);
  const advice = near ? `did you mean "${near}"?` : `expected one of: ${aggregateFunctions.join(', ')}`;
  throw syntaxError(`unknown aggregate "${name}"`, at, advice);
}

/** Which types each function takes; the rest takes all. */
const takes: Partial<Record<AggregateFunction, { allows: (type: FieldType) => boolean; words: string }>> = {
  sum: { allows: isNumeric, words: 'a number' },
  avg: { allows: isNumeric, words: 'a number' },
  quantile: { allows: isNumeric, words: 'a number' },
  min: { allows: (type) => isNumeric(type) || type === 'timestamp', words: 'a number or a timestamp' },
  max: { allows: (type) => isNumeric(type) || type === 'timestamp', words: 'a number or a timestamp' },
};

function checkArgument(called: AggregateFunction, argument: Expression, at: number): void {
  const rule = takes[called];
  if (rule && !rule.allows(argument.type))
    throw syntaxError(`${called} expects ${rule.words}, got ${argument.type}`, at);
  if (argument.type === 'string' && argument.kind !== 'field')
    throw syntaxError(`${called} expects a field, got a literal`, at);
}

function level(node: Syntax): number {
  const read = node.type === 'Literal' ? literal(node as Syntax & jsep.Literal) : undefined;
  const value = typeof read?.value === 'number' ? read.value / 10 ** read.scale : Number.NaN;
  if (value >= 0 && value <= 1) return value;
  throw syntaxError('expected a quantile from 0 to 1', startOf(node), 'as in: quantile(x, 0.95)');
}

function resultOf(called: AggregateFunction, argument: Expression): { type: FieldType; scale: number } {
  switch (called) {
    case 'count':
    case 'count_distinct':
    case 'approx_count_distinct':
      return { type: 'int', scale: 0 };
    case 'avg':
    case 'quantile':
      return { type: 'float', scale: 0 };
    default:
      return { type: argument.type, scale: argument.scale };
  }
}

import type jsep from 'jsep';
import type { PipeError } from '../../runtime/errors.js';
import { aggregateFunctions } from '../plan.js';
import { arithmetic } from './arithmetic.js';
import { compare, membership } from './comparison.js';
import { type Arithmetic, arithmetics, type Comparison, comparisons, type Expression } from './expression.js';
import { literal } from './literal.js';
import type { Scope } from './scope.js';
import { parseSyntax, type Syntax, startOf, syntaxError } from './syntax.js';

/** The typed expression of a text. Throws a usage error that names the character, what was expected and what came. */
export function parseExpression(text: string, scope: Scope): Expression {
  return typed(parseSyntax(text), scope);
}

/** As parseExpression, for a filter: anything but a bool is refused. */
export function parseFilter(text: string, scope: Scope): Expression {
  const syntax = parseSyntax(text);
  return truth(typed(syntax, scope), syntax);
}

/** The typed expression of a syntax tree. */
export function typed(node: Syntax, scope: Scope): Expression {
  switch (node.type) {
    case 'Literal':
      return literal(node);
    case 'Identifier':
      return field(node, scope);
    case 'UnaryExpression':
      return unary(node, scope);
    case 'BinaryExpression':
      return binary(node, scope);
    case 'CallExpression':
      return call(node, scope);
    case 'ArrayExpression':
      throw syntaxError('unexpected list', startOf(node), 'lists stand on the right of in, as in: kind in ["a", "b"]');
    default:
      throw syntaxError(`unexpected ${constructs[node.type]}`, startOf(node), language);
  }
}

const language = 'expressions have fields, literals, + - * /, == != < <= > >=, && || !, in [...] and is_null(x)';

const constructs: Record<string, string> = {
  MemberExpression: 'access to a member',
  ConditionalExpression: 'condition (? :)',
  ThisExpression: 'this',
  Compound: 'list of expressions',
  SequenceExpression: 'list of expressions',
};

function field(node: Syntax & jsep.Identifier, scope: Scope): Expression {
  const found = scope.find(node.name);
  if (!found) throw syntaxError(`unknown field "${node.name}"`, startOf(node), scope.advice(node.name));
  const { type, scale } = found.field;
  return { kind: 'field', column: found.column, name: node.name, type, scale };
}

function unary(node: Syntax & jsep.UnaryExpression, scope: Scope): Expression {
  const argument = node.argument as Syntax;
  const operand = typed(argument, scope);
  if (node.operator === '!') return { kind: 'not', operand: truth(operand, argument), type: 'bool', scale: 0 };
  if (node.operator !== '-') throw unknownOperator(node.operator, startOf(node));
  if (operand.kind === 'literal' && typeof operand.value === 'number') return { ...operand, value: 0 - operand.value };
  return arithmetic('-', { kind: 'literal', value: 0, type: 'int', scale: 0 }, operand, startOf(node));
}

function binary(node: Syntax & jsep.BinaryExpression, scope: Scope): Expression {
  const { operator } = node;
  const [leftSyntax, rightSyntax] = [node.left as Syntax, node.right as Syntax];
  const left = typed(leftSyntax, scope);
  if (operator === 'in') return membership(left, rightSyntax, startOf(leftSyntax));
  const right = typed(rightSyntax, scope);
  if (operator === '&&' || operator === '||')
    return {
      kind: 'logical',
      operator,
      left: truth(left, leftSyntax),
      right: truth(right, rightSyntax),
      type: 'bool',
      scale: 0,
    };
  if (isOneOf(arithmetics, operator)) return arithmetic(operator, left, right, startOf(node));
  if (isOneOf(comparisons, operator)) return compare(operator, left, right, startOf(node));
  throw unknownOperator(operator, startOf(node));
}

function call(node: Syntax & jsep.CallExpression, scope: Scope): Expression {
  const name = (node.callee as Syntax).type === 'Identifier' ? String(node.callee.name) : '';
  const argument = node.arguments[0] as Syntax | undefined;
  if (name !== 'is_null')
    throw (aggregateFunctions as readonly string[]).includes(name)
      ? syntaxError(
          `unexpected aggregate "${name}"`,
          startOf(node),
          'one stands alone under aggregates:, and in no filter',
        )
      : syntaxError(`unknown function "${name}"`, startOf(node), 'the one function here is is_null(x)');
  if (!argument || node.arguments.length > 1)
    throw syntaxError(`is_null takes one argument, got ${node.arguments.length}`, startOf(node));
  return { kind: 'is_null', operand: typed(argument, scope), type: 'bool', scale: 0 };
}

function truth(expression: Expression, at: Syntax): Expression {
  if (expression.type === 'bool') return expression;
  throw syntaxError(`expected a bool, got ${expression.type}`, startOf(at), 'compare it with something');
}

function isOneOf<T extends Arithmetic | Comparison>(operators: readonly T[], operator: string): operator is T {
  return (operators as readonly string[]).includes(operator);
}

const replacements: Record<string, string> = {
  '===': 'write ==',
  '!==': 'write !=',
  '&': 'write &&',
  '|': 'write ||',
  '??': 'nulls are tested by is_null(x)',
};

function unknownOperator(operator: string, at: number): PipeError {
  return syntaxError(`unknown operator "${operator}"`, at, replacements[operator] ?? language);
}

import { describe, expect, it } from 'vitest';
import { parseAggregate } from '../../../src/core/pipeline/expression/aggregate.js';
import { parseExpression, parseFilter } from '../../../src/core/pipeline/expression/parse.js';
import { messageOf, PipeError } from '../../../src/core/runtime/errors.js';
import { caseScope } from './case-columns.js';

function problemOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(PipeError);
    return messageOf(error);
  }
  return 'no problem';
}

const language = 'expressions have fields, literals, + - * /, == != < <= > >=, && || !, in [...] and is_null(x)';

describe('parseExpression', () => {
  it.each([
    ['', 'expected an expression, got nothing'],
    ['pric * 2', 'unknown field "pric" at character 1; did you mean "price"?'],
    [
      'n + zzzzzz',
      'unknown field "zzzzzz" at character 5; expected one of: n, m, price, cost, f, g, ok, maybe, kind, country, home, at, seen',
    ],
    ['n +', 'expected expression after + at character 4'],
    ['(n + 1', 'unclosed ( at character 7'],
    ['n = 1', 'unexpected "=" at character 3; equality is =='],
    ['n 1', 'expected an operator, got "1" at character 3'],
    ['ok and maybe', 'unexpected "and" at character 4; write &&'],
    ['not ok', 'unexpected "not" at character 1; write !'],
    ['n === 1', 'unknown operator "===" at character 1; write =='],
    ['n % 2', `unknown operator "%" at character 1; ${language}`],
    ['+n', `unknown operator "+" at character 1; ${language}`],
    ['ok ? 1 : 2', `unexpected condition (? :) at character 1; ${language}`],
    ['kind.length', `unexpected access to a member at character 1; ${language}`],
    ['n; m', 'expected an operator, got "m" at character 4'],
    ['n,', 'unexpected "," at character 2'],
    ['null', 'unexpected null at character 1; nulls are tested by is_null(x)'],
    ['n == null', 'unexpected null at character 6; nulls are tested by is_null(x)'],
    ['this', `unexpected this at character 1; ${language}`],
    [
      'constructor',
      'unknown field "constructor" at character 1; expected one of: n, m, price, cost, f, g, ok, maybe, kind, country, home, at, seen',
    ],
    ['round(price)', 'unknown function "round" at character 1; the one function here is is_null(x)'],
    ['is_null()', 'is_null takes one argument, got 0 at character 1'],
    ['kind + 1', '+ expects numbers, got string and int at character 1'],
    ['-kind', '- expects numbers, got int and string at character 1'],
    ['ok * 2', '* expects numbers, got bool and int at character 1'],
    [
      'at * 2',
      '* is not defined for timestamp and int at character 1; a timestamp takes + or - an int of milliseconds, and two have a difference',
    ],
    [
      'at + at',
      '+ is not defined for timestamp and timestamp at character 1; a timestamp takes + or - an int of milliseconds, and two have a difference',
    ],
    ['kind == 1', '== cannot compare string with int at character 1'],
    ['kind < "b"', '< is not defined for strings at character 1; they have == and != and no order'],
    ['ok > maybe', '> is not defined for bools at character 1; they have == and != and no order'],
    ['at == 1.5', '== cannot compare timestamp with decimal at character 1'],
    ['n && ok', 'expected a bool, got int at character 1; compare it with something'],
    ['!n', 'expected a bool, got int at character 2; compare it with something'],
    ['n in 1', 'expected a list of literals after in at character 6; such as: kind in ["a", "b"]'],
    ['n in []', 'expected a list with at least one value at character 6'],
    ['n in [m]', 'expected literals in the list at character 7'],
    ['n in ["a"]', 'expected a list of ints, got a string at character 7'],
    ['kind in [-"a"]', '- expects a number, got string at character 10'],
    ['price in [1.999]', 'expected decimals of at most 2 digits after the point at character 11'],
    ['ok in [true]', 'in is not defined for bools at character 1; compare with == or use ! and &&'],
    ['[1, 2]', 'unexpected list at character 1; lists stand on the right of in, as in: kind in ["a", "b"]'],
    [
      '0.1234567890',
      'expected at most 9 digits after the point, got 0.1234567890 at character 1; write a float as 1.5e0',
    ],
    ['12345678901234567', 'expected at most 15 digits, got 12345678901234567 at character 1; write a float as 1.5e0'],
    ['1e999', 'expected a number below 1.8e308, got 1e999 at character 1'],
    [
      'cost * cost * cost * cost * cost * cost',
      'expected a result of at most 15 digits after the point, got 18 at character 1; multiply by 1e0 to go on in floats',
    ],
    ['"open', 'unclosed quote after "open" at character 6'],
    [`${'('.repeat(400)}n${')'.repeat(400)}`, 'no problem'],
    [`n${' + n'.repeat(250)}`, 'expected at most 1000 characters, got 1001'],
  ])('%s', (text, message) => {
    expect(problemOf(() => parseExpression(text, caseScope))).toBe(message);
  });
});

describe('parseFilter', () => {
  it.each([
    ['n + 1', 'expected a bool, got int at character 1; compare it with something'],
    [
      'count() > 1',
      'unexpected aggregate "count" at character 1; one stands alone under aggregates:, and in no filter',
    ],
  ])('%s', (text, message) => {
    expect(problemOf(() => parseFilter(text, caseScope))).toBe(message);
  });
});

describe('parseAggregate', () => {
  it.each([
    ['n', 'expected an aggregate at character 1; such as count() or sum(x)'],
    ['sum(n) + 1', 'expected an aggregate at character 1; such as count() or sum(x)'],
    [
      'smu(n)',
      'unknown aggregate "smu" at character 1; expected one of: count, sum, min, max, avg, count_distinct, approx_count_distinct, quantile, first, last',
    ],
    [
      'stddev(n)',
      'unknown aggregate "stddev" at character 1; expected one of: count, sum, min, max, avg, count_distinct, approx_count_distinct, quantile, first, last',
    ],
    ['count(n)', 'count takes no argument, got 1 at character 1; a filter stands in where:'],
    ['sum()', 'sum takes one argument, got 0 at character 1'],
    ['sum(n, m)', 'sum takes one argument, got 2 at character 1'],
    ['sum(kind)', 'sum expects a number, got string at character 5'],
    ['sum(sum(n))', 'unexpected aggregate "sum" at character 5; one stands alone under aggregates:, and in no filter'],
    ['avg(at)', 'avg expects a number, got timestamp at character 5'],
    ['min(kind)', 'min expects a number or a timestamp, got string at character 5'],
    ['max(ok)', 'max expects a number or a timestamp, got bool at character 5'],
    ['first("a")', 'first expects a field, got a literal at character 7'],
    ['quantile(n)', 'quantile takes two arguments, got 1 at character 1; as in: quantile(x, 0.95)'],
    ['quantile(n, 95)', 'expected a quantile from 0 to 1 at character 13; as in: quantile(x, 0.95)'],
    ['quantile(n, m)', 'expected a quantile from 0 to 1 at character 13; as in: quantile(x, 0.95)'],
    ['quantile(kind, 0.5)', 'quantile expects a number, got string at character 10'],
  ])('%s', (text, message) => {
    expect(problemOf(() => parseAggregate(text, caseScope))).toBe(message);
  });
});

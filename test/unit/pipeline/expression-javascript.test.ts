import { describe, expect, it } from 'vitest';
import { decimalText } from '../../../src/core/pipeline/expression/clickhouse.js';
import type { Expression } from '../../../src/core/pipeline/expression/expression.js';
import { compileColumn, compileFilter, compileNumber } from '../../../src/core/pipeline/expression/javascript.js';
import { parseExpression, parseFilter } from '../../../src/core/pipeline/expression/parse.js';
import { caseColumns, caseScope } from './case-columns.js';
import { caseRows, expressionCases, type Value } from './expression-cases.js';

const columns = caseColumns();
const rows = caseRows.map((_, row) => row);

describe('compileNumber and compileColumn', () => {
  it.each(expressionCases)('%s', (text, expected) => {
    const expression = parseExpression(text, caseScope);
    const value = compileNumber(expression)(columns);
    expect(rows.map((row) => shown(expression, value(row)))).toEqual(expected);
    const out = new Float64Array(rows.length);
    compileColumn(expression)(columns)(rows.length, out);
    expect([...out].map((each) => shown(expression, each))).toEqual(expected);
  });

  it('gives the interned id of a string field', () => {
    const value = compileNumber(parseExpression('country', caseScope))(columns);
    expect(rows.map(value)).toEqual([0, 1, Number.NaN, 2, Number.NaN]);
  });

  it('tests byte ranges for null', () => {
    const bytes = { kind: 'bytes', starts: Int32Array.of(0, -1) } as const;
    const bound = columns.with(9, bytes);
    const value = compileNumber(parseExpression('is_null(country)', caseScope))(bound);
    expect([value(0), value(1)]).toEqual([0, 1]);
  });

  it('refuses a column of another kind', () => {
    const bind = compileNumber(parseExpression('n + 1', caseScope));
    expect(() => bind(columns.with(0, columns[8]!))).toThrow(
      'column 0: expected a column of kind number, got interned',
    );
  });

  it('grows with the length of the text, not with its depth', () => {
    const text = `ok${' == ok'.repeat(140)}`;
    expect(compileNumber(parseExpression(text, caseScope))(columns)(0)).toBe(1);
  });
});

describe('compileFilter', () => {
  const filters = expressionCases.filter(([text]) => parseExpression(text, caseScope).type === 'bool');

  it.each(filters)('passes only what is true: %s', (text, expected) => {
    const passes = compileFilter(parseFilter(text, caseScope))(columns);
    expect(rows.map(passes)).toEqual(expected.map((value) => value === true));
  });
});

function shown({ type, scale }: Expression, value: number): Value {
  if (Number.isNaN(value)) return null;
  if (type === 'bool') return value === 1;
  return type === 'decimal' ? decimalText(value, scale) : value === 0 ? 0 : value;
}

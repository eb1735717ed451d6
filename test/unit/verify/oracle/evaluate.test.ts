import { expect, it } from 'vitest';
import { decimalText } from '../../../../src/core/pipeline/expression/clickhouse.js';
import { parseExpression } from '../../../../src/core/pipeline/expression/parse.js';
import { evaluator } from '../../../../src/core/verify/oracle/evaluate.js';
import { caseScope } from '../../pipeline/case-columns.js';
import { caseFields, caseRows, expressionCases } from '../../pipeline/expression-cases.js';

const events = caseRows.map((row) =>
  row.map((value, index) => {
    const { type, scale } = caseFields[index]!;
    return type === 'decimal' && value !== null ? Math.round(Number(value) * 10 ** scale) : value;
  }),
);

it.each(expressionCases)('%s', (text, expected) => {
  const expression = parseExpression(text, caseScope);
  const evaluate = evaluator(expression);
  const found = events.map((event) => {
    const value = evaluate(event);
    if (value === null || typeof value !== 'number') return value;
    return expression.type === 'decimal' ? decimalText(value, expression.scale) : value + 0;
  });
  expect(found).toEqual(expected);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../../src/core/pipeline/expression/parse.js';
import { toText } from '../../../src/core/pipeline/expression/text.js';
import { caseScope } from './case-columns.js';
import { anyExpression } from './expression-arbitrary.js';
import { expressionCases } from './expression-cases.js';

function again(text: string): void {
  const expression = parseExpression(text, caseScope);
  expect(parseExpression(toText(expression), caseScope)).toEqual(expression);
}

describe('toText', () => {
  it.each([
    ['n + m * 2 > 3 && !ok', '((n + (m * 2)) > 3) && !ok'],
    ['price in [1, 2.5]', 'price in [1.00, 2.50]'],
    ['-n', '0 - n'],
    ['f * 2.5e-7', 'f * 2.5e-7'],
    [`kind == 'say "x"'`, String.raw`kind == "say \"x\""`],
  ])('%s', (text, expected) => {
    expect(toText(parseExpression(text, caseScope))).toBe(expected);
  });

  it.each(expressionCases)('gives the same expression again: %s', again);

  it('gives the same expression again, of any shape', () => {
    fc.assert(fc.property(anyExpression(), again));
  });
});

import fc from 'fast-check';

/**
 * Random expressions over the fields of the cases. Products have two factors of which one is small, so that all stays within 2^53, where the
 * targets must agree to the last bit.
 */
export function anyExpression(): fc.Arbitrary<string> {
  return fc.oneof(numbers(), conditions());
}

function numbers(): fc.Arbitrary<string> {
  const literal = fc.constantFrom('0', '3', '-2', '0.5', '1.25', '2e0', '-0.001');
  const leaf = fc.oneof(fc.constantFrom('n', 'm', 'price', 'cost', 'f', 'g', '(seen - at)'), literal);
  const product = fc.tuple(
    fc.constantFrom('n', 'm', 'price', 'cost', 'f', 'g'),
    fc.constantFrom('n', 'm', 'cost', '-2', '0.5'),
  );
  return fc.letrec<{ number: string }>((tie) => ({
    number: fc.oneof(
      { depthSize: 'small', maxDepth: 3 },
      leaf,
      product.map(([a, b]) => `(${a} * ${b})`),
      fc
        .tuple(tie('number'), fc.constantFrom('+', '-', '/'), tie('number'))
        .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
      tie('number').map((a) => `-(${a})`),
    ),
  })).number;
}

function conditions(): fc.Arbitrary<string> {
  const number = numbers();
  const text = fc.constantFrom('kind', 'country', 'home', '"DE"', '"a"', '"never seen"');
  const comparison = fc.constantFrom('==', '!=', '<', '<=', '>', '>=');
  const leaf = fc.oneof(
    fc.constantFrom(
      'ok',
      'maybe',
      'true',
      'false',
      'at <= seen',
      'country in ["DE", "FR"]',
      'm in [0, 2, 5]',
      'cost in [0.125, 7.005]',
    ),
    fc.tuple(number, comparison, number).map((parts) => `(${parts.join(' ')})`),
    fc.tuple(text, fc.constantFrom('==', '!='), text).map((parts) => `(${parts.join(' ')})`),
    fc.oneof(number, text).map((operand) => `is_null(${operand})`),
  );
  return fc.letrec<{ bool: string }>((tie) => ({
    bool: fc.oneof(
      { depthSize: 'small', maxDepth: 3 },
      leaf,
      fc
        .tuple(tie('bool'), fc.constantFrom('&&', '||', '==', '!='), tie('bool'))
        .map((parts) => `(${parts.join(' ')})`),
      tie('bool').map((operand) => `!(${operand})`),
      tie('bool').map((operand) => `is_null(${operand})`),
    ),
  })).bool;
}

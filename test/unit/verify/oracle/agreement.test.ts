import { describe, expect, it } from 'vitest';
import type { PlanAggregate } from '../../../../src/core/pipeline/plan.js';
import type { Result } from '../../../../src/core/verify/oracle/accumulators.js';
import { agrees, shown } from '../../../../src/core/verify/oracle/agreement.js';

const of = (name: PlanAggregate['function'], type: PlanAggregate['type'], scale = 0): PlanAggregate => ({
  name: 'x',
  function: name,
  type,
  scale,
});

describe('an aggregate', () => {
  it.each<[PlanAggregate, Result, stored: unknown, boolean]>([
    [of('count', 'int'), 3, '3', true],
    [of('count', 'int'), 3, '4', false],
    [of('sum', 'int'), 170_141_183_460_469_231_731n, '170141183460469231731', true],
    [of('sum', 'int'), 170_141_183_460_469_231_731n, '170141183460469231730', false],
    [of('sum', 'int'), null, null, true],
    [of('sum', 'int'), 0n, null, false],
    [of('sum', 'int'), null, '0', false],
    [of('sum', 'decimal', 2), 150n, '1.5', true],
    [of('sum', 'decimal', 2), -7n, '-0.07', true],
    [of('sum', 'decimal', 2), 7n, '-0.07', false],
    [of('sum', 'decimal', 2), 150n, '1.51', false],
    [of('max', 'decimal', 2), 150, '1.50', true],
    [of('max', 'timestamp'), 1_700_000_000_000, '1700000000000', true],
    [of('max', 'float'), 0.1, 0.1, true],
    [of('max', 'float'), 0.1, 0.1000000001, false],
    [of('sum', 'float'), 1, 1 + 1e-12, true],
    [of('sum', 'float'), 1, 1.00001, false],
    [of('avg', 'float'), 1e6, 1e6 + 0.0005, true],
    [of('quantile', 'float'), 100, 100.9, true],
    [of('quantile', 'float'), 100, 102, false],
    [of('approx_count_distinct', 'int'), 1000, '1050', true],
    [of('approx_count_distinct', 'int'), 1000, '1500', false],
    [of('count_distinct', 'int'), 1000, '1001', false],
    [of('last', 'string'), 'a', 'a', true],
    [of('last', 'string'), 'a', 'b', false],
    [of('first', 'bool'), true, true, true],
    [of('first', 'bool'), true, false, false],
  ])('%o: %s against %s', (aggregate, expected, stored, same) => {
    expect(agrees(aggregate, expected, stored)).toBe(same);
  });

  it('is shown with its point', () => {
    const decimal = of('sum', 'decimal', 2);
    expect([1n, -150n, 0n, null].map((each) => shown(decimal, each))).toEqual(['0.01', '-1.50', '0.00', null]);
    expect(shown(of('sum', 'int'), 5n)).toBe('5');
  });
});

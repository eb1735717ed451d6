import { expect, it } from 'vitest';
import { tolerance } from '../../../src/core/verify/tolerance.js';

it.each([
  ['count', 'int', true],
  ['count_distinct', 'int', true],
  ['sum', 'int', true],
  ['sum', 'decimal', true],
  ['sum', 'float', false],
  ['avg', 'float', false],
  ['min', 'float', true],
  ['max', 'timestamp', true],
  ['first', 'string', true],
  ['last', 'float', true],
  ['quantile', 'float', false],
  ['approx_count_distinct', 'int', false],
] as const)('%s of %s is compared exactly: %s', (name, type, exactly) => {
  const { relative, absolute } = tolerance({ function: name, type });
  expect(relative === 0 && absolute === 0).toBe(exactly);
  // Wide enough for the sketches' promises, narrow enough to see a lost event among a thousand in any sum.
  expect(relative).toBeLessThan(name === 'sum' || name === 'avg' ? 1e-8 : 0.15);
});

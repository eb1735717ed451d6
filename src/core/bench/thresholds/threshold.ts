import { usageError } from '../../runtime/errors.js';
import { didYouMean } from '../../runtime/yaml-problems.js';
import type { ThresholdResult } from '../record.js';
import { aggregatesOf, type Measured, metricNames, readerOf } from './metrics.js';

/** Without thresholds of its own a workload has these objectives: the offered rate, and the four that hold for any. */
export const defaultThresholds = [
  'throughput:ratio>=0.99',
  'e2e_ms:p(99)<5000',
  'query_ms:p(95)<500',
  'accuracy:value>=99.9',
] as const;

export interface Threshold {
  expression: string;
  /** Judged by what was measured so far; what was not measured fails. */
  judge(measured: Measured): ThresholdResult;
}

const comparisons: Record<string, (actual: number, limit: number) => boolean> = {
  '<': (actual, limit) => actual < limit,
  '<=': (actual, limit) => actual <= limit,
  '>': (actual, limit) => actual > limit,
  '>=': (actual, limit) => actual >= limit,
  '==': (actual, limit) => actual === limit,
  '!=': (actual, limit) => actual !== limit,
};

/** k6's form with the metric before it: `e2e_ms:p(99)<5000`. Throws a usage error that says what there is. */
export function parseThreshold(expression: string): Threshold {
  const match = /^\s*(\w+)\s*:\s*([a-z]+(?:\([^)]*\))?)\s*(<=|>=|==|!=|<|>)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(expression);
  if (!match)
    throw usageError(
      `threshold: expected METRIC:AGGREGATE, a comparison (< <= > >= == !=) and a number, got "${expression}"`,
      'For example --threshold "e2e_ms:p(99)<5000"',
    );
  const [, metric, aggregate, comparison, limit] = match as unknown as [string, string, string, string, string];
  const aggregates = aggregatesOf(metric);
  if (!aggregates) {
    const near = didYouMean(metric, metricNames);
    throw usageError(
      `threshold "${expression}": unknown metric "${metric}"${near ? `; did you mean "${near}"?` : ''}`,
      `There are: ${metricNames.join(', ')}.`,
      'UNKNOWN_METRIC',
    );
  }
  const read = readerOf(metric, aggregate);
  if (!read)
    throw usageError(
      `threshold "${expression}": ${metric} has no "${aggregate}"; expected one of: ${aggregates.join(', ')}`,
      `For example --threshold "${metric}:${aggregates[0]!.replace('N', '99')}${comparison}${limit}"`,
      'UNKNOWN_METRIC',
    );
  const holds = comparisons[comparison]!;
  return {
    expression,
    judge(measured) {
      const actual = read(measured) ?? null;
      return { expression, ok: actual !== null && holds(actual, Number(limit)), actual };
    },
  };
}

import { describe, expect, it, test } from 'vitest';
import { recordSchema } from '../../../src/core/bench/record.js';
import { aggregatesOf, type Measured, metricNames } from '../../../src/core/bench/thresholds/metrics.js';
import { measuredIn } from '../../../src/core/bench/thresholds/of-record.js';
import { parseThreshold } from '../../../src/core/bench/thresholds/threshold.js';
import { LatencyHistogram } from '../../../src/core/runtime/latency-histogram.js';
import { madeRecord } from './record-fixture.js';

function histogramOf(...values: number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

const measured: Measured = {
  latency: { e2e_ms: histogramOf(10, 20, 30, 400), ack_ms: histogramOf() },
  throughput: { target: 1000, achieved: 995, dropped: 5 },
  accounting: { scheduled: 1000, missing: 2, extra: 0 },
  accuracy: 99.95,
  lag: { max: 300, last: 12 },
};

describe('a threshold', () => {
  test.each<[string, boolean, number | null]>([
    ['e2e_ms:p(50)<21', true, 20],
    ['e2e_ms:p(99)<400', false, 400],
    ['e2e_ms:p(99)<=400', true, 400],
    ['e2e_ms:max>=400', true, 400],
    ['e2e_ms:med<20', false, 20],
    ['e2e_ms:count==4', true, 4],
    ['ack_ms:p(99)<5', false, null],
    ['ack_ms:count==0', true, 0],
    ['window_ms:max<5', false, null],
    ['throughput:rate>=995', true, 995],
    ['throughput:ratio>0.995', false, 0.995],
    ['dropped:count==0', false, 5],
    ['dropped:ratio<0.01', true, 0.005],
    ['missing:count!=0', true, 2],
    ['extra:count==0', true, 0],
    ['accuracy:value>=99.9', true, 99.95],
    ['lag:max<300', false, 300],
    [' lag : last < 12.5 ', true, 12],
  ])('%s', (expression, ok, actual) => {
    const result = parseThreshold(expression).judge(measured);
    expect(result).toMatchObject({ expression, ok });
    if (actual === null) expect(result.actual).toBeNull();
    else expect(result.actual).toBeCloseTo(actual, 0);
  });

  it('of what is not known yet fails without a figure', () => {
    const early: Measured = {
      latency: {},
      throughput: { target: 'max', achieved: 1, dropped: 0 },
      accounting: null,
      accuracy: null,
      lag: null,
    };
    for (const expression of [
      'accuracy:value>=0',
      'missing:count==0',
      'lag:max<9',
      'throughput:ratio>=0',
      'dropped:ratio<1',
    ])
      expect(parseThreshold(expression).judge(early)).toEqual({ expression, ok: false, actual: null });
  });

  test.each([
    ['e2e_ms<5', 'expected METRIC:AGGREGATE, a comparison', 'USAGE'],
    ['e2e_ms:p(99)<', 'expected METRIC:AGGREGATE', 'USAGE'],
    ['e2e:p(99)<5', 'unknown metric "e2e"', 'UNKNOWN_METRIC'],
    ['toString:rate<5', 'unknown metric "toString"', 'UNKNOWN_METRIC'],
    ['e2e_ms:p(101)<5', 'e2e_ms has no "p(101)"; expected one of: p(N), avg, med, max, count', 'UNKNOWN_METRIC'],
    ['throughput:p(9)<5', 'throughput has no "p(9)"; expected one of: rate, ratio', 'UNKNOWN_METRIC'],
    ['e2e_ms:constructor<5', 'e2e_ms has no "constructor"', 'UNKNOWN_METRIC'],
  ])('%s is refused', (expression, message, code) => {
    expect(() => parseThreshold(expression)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(message), code, exit: 2 }),
    );
  });

  it('of an unknown metric comes with the list of all', () => {
    expect(() => parseThreshold('latency:p(99)<5')).toThrow(
      expect.objectContaining({ hint: `There are: ${metricNames.join(', ')}.` }),
    );
  });
});

it('every metric of a record can be read', () => {
  const record = recordSchema.parse(JSON.parse(JSON.stringify(madeRecord())));
  const unmeasured = metricNames.flatMap((metric) =>
    aggregatesOf(metric)!
      .map((aggregate) => `${metric}:${aggregate.replace('N', '99')}>=0`)
      .filter((expression) => !parseThreshold(expression).judge(measuredIn(record)).ok),
  );
  // No canary was polled for.
  expect(unmeasured.filter((expression) => !expression.startsWith('canary_ms'))).toEqual([]);
});

import { expect, it } from 'vitest';
import { compareRuns } from '../../../src/core/bench/compare/compare.js';
import { parseRegression } from '../../../src/core/bench/compare/regression.js';
import { benchSummary, historyTable } from '../../../src/core/cli/present-bench.js';
import { comparisonSummary } from '../../../src/core/cli/present-compare.js';
import { madeRecord } from '../bench/record-fixture.js';

it('a run shows its thresholds first, then throughput, accounting, one table of latencies, cost', () => {
  const record = madeRecord({ seed: 1 });
  record.thresholds[1] = { expression: 'e2e_ms:p(99)<5000', ok: false, actual: 7123.45 };
  record.thresholds[3] = { expression: 'accuracy:value>=99.9', ok: false, actual: null };
  record.latency_ms.ack!.negative = 2;
  record.query_ms.revenue_latest!.above = 1;
  expect(benchSummary(record)).toMatchInlineSnapshot(`
    "✓ throughput:ratio>=0.99  1
    ✗ e2e_ms:p(99)<5000       7,123.5
    ✓ query_ms:p(95)<500      25.95
    ✗ accuracy:value>=99.9    not measured

    throughput  200/s of 200/s over 10 s; dropped 0; behind schedule p99 1.707 ms, max 2.498 ms
    events      2,000 acknowledged = 1,968 aggregated + 20 late + 10 duplicates + 2 dead letters
    result      1,968 stored, missing 0, extra 0; accuracy 100.000 %

    latency in ms
    stage                 count    p50    p90    p95    p99  p99.9    max
    ack                   2,000    6.1   12.9   16.2   23.5   36.8   44.6
    process               2,000   22.3   34.0   37.7   48.1   61.7   74.6
    e2e                   2,000  112.9  164.7  188.7  249.6  280.8  396.3
    window                  200  213.8  300.0  369.2  409.1  496.4  496.4
    sink                    100   38.2   52.7   55.5   64.7   73.3   73.3
    query revenue_latest     40   16.4   25.6   26.0   32.4   32.4   32.4
      ack: 2 below zero
      revenue_latest: 1 above an hour

    cores used  generator 0.31, engine 0.42, kafka 0.22, clickhouse 0.35 of 2; generator and system share the machine"
  `);
});

it('a search shows what it found, an early end what it covers', () => {
  const quantiles = { p50: 80, p90: 120.04, p99: 200, p999: 250, max: 300 };
  const found = { confirmed: true, precision: 0.05, attempts: [] };
  const text = benchSummary({
    ...madeRecord({ seed: 1 }),
    verdict: 'stopped',
    find_max: {
      ...found,
      sustainable: 9_110,
      not_sustained: 9_510,
      latency_at: [{ share: 0.95, rate: 8_650, e2e_ms: quantiles }],
    },
  });
  expect(text.split('\n').slice(-7)).toMatchInlineSnapshot(`
    [
      "",
      "sustainable 9,110/s, confirmed by the longer run; 9,510/s was not",
      "e2e in ms at shares of it",
      "share  rate      p50    p90    p99  p99.9    max",
      "95 %   8,650/s  80.0  120.0  200.0  250.0  300.0",
      "",
      "stopped after 10 s of 10 s: figures are of that part",
    ]
  `);
  expect(
    benchSummary({ ...madeRecord(), find_max: { ...found, sustainable: null, not_sustained: 10, latency_at: [] } }),
  ).toMatch(/no rate was sustained$/);
});

it('a comparison shows each metric with its interval, and what the figures do not say', () => {
  const runs = (seed: number, slower: number) => [0, 1, 2].map((run) => madeRecord({ seed: seed + run, slower }));
  const others = runs(5, 1.4);
  for (const other of others) other.environment.cores = 4;
  expect(comparisonSummary(compareRuns(runs(1, 1), others, 0.1))).toMatchInlineSnapshot(`
    "a: 3 runs
    b: 3 runs

    metric                a      b  change   95 % interval       verdict
    throughput:rate     200    200  0 %      0 % to 0 %          no difference shown
    ack_ms:p(50)      5.967  5.803  -2.7 %   -9.9 % to +5.4 %    no difference shown
    ack_ms:p(99)      22.22  21.79  -1.9 %   -21.6 % to +26.9 %  no difference shown
    e2e_ms:p(50)      108.5  146.4  +35 %    +19.9 % to +52.3 %  ✗ worse
    e2e_ms:p(99)      239.2  320.8  +34.1 %  +18.5 % to +49.7 %  ✗ worse
    window_ms:p(50)     199  276.2  +38.8 %  +19.6 % to +60.6 %  ✗ worse
    sink_ms:p(50)      35.9  50.81  +41.5 %  +25.4 % to +58.9 %  ✗ worse
    query_ms:p(50)    16.41  16.06  -2.1 %   -25.4 % to +27.6 %  no difference shown
    cpu_us:per_event  6,500  6,513  +0.2 %   -2.5 % to +2.9 %    no difference shown
    accuracy:value      100    100  0 %      -                   no difference shown

    tested between whole runs; a change within 1 % is no difference
    differs: environment.cores, 2 and 4
    ✗ worse by more than 10 %: e2e_ms:p(50), e2e_ms:p(99), window_ms:p(50), sink_ms:p(50)"
  `);
});

it('an empty history says how to begin one', () => {
  expect(historyTable([])).toBe('no runs yet: pipe bench --workload smoke');
});

it('a limit is a percentage', () => {
  expect(parseRegression('10%')).toBe(0.1);
  expect(parseRegression('2.5 %')).toBe(0.025);
  for (const text of ['0.1', 'ten%', '-5%', ''])
    expect(() => parseRegression(text)).toThrow(`expected a percentage, got "${text}"`);
});

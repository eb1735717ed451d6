import { describe, expect, it } from 'vitest';
import { hdrLogs } from '../../../src/core/bench/reports/hdr-log.js';
import { junitReport } from '../../../src/core/bench/reports/junit.js';
import { markdownReport } from '../../../src/core/bench/reports/markdown.js';
import { LatencyHistogram } from '../../../src/core/runtime/latency-histogram.js';
import { madeRecord } from './record-fixture.js';

const record = {
  ...madeRecord(),
  verdict: 'fail' as const,
  thresholds: [
    { expression: 'e2e_ms:p(99)<5000', ok: true, actual: 214.256 },
    { expression: 'accuracy:value>=99.9', ok: false, actual: null },
  ],
};

describe('the summary for a pull request', () => {
  const lines = markdownReport(record).split('\n');

  it('tells the verdict and each threshold, also of what was not measured', () => {
    expect(lines[0]).toBe('### pipe bench: default ✗ fail');
    expect(lines).toContain('| ✓ | `e2e_ms:p(99)<5000` | 214 |');
    expect(lines).toContain('| ✗ | `accuracy:value>=99.9` | not measured |');
  });

  it('has a row of latencies for each stage and query that was measured, all of one width', () => {
    const rows = lines.filter((line) => /^\| (ack|process|e2e|window|sink|query \w+) \|/.test(line));
    expect(rows.map((row) => row.split(' | ')[0]!.slice(2))).toEqual([
      ...['ack', 'process', 'e2e', 'window', 'sink'],
      ...Object.keys(record.query_ms).map((name) => `query ${name}`),
    ]);
    expect(new Set(rows.map((row) => row.split('|').length))).toEqual(new Set([10]));
  });
});

describe('JUnit', () => {
  it('has a case for each threshold, its signs escaped', () => {
    const text = junitReport(record);
    expect(text).toContain('<testsuites tests="2" failures="1">');
    expect(text).toContain('<testcase name="e2e_ms:p(99)&lt;5000" classname="pipe.bench.default" time="10"/>');
    expect(text).toContain('<failure message="not measured"/>');
    expect(text.match(/<(?!\?|\/)[\w]+/g)!.length).toBe(text.match(/<\/|\/>/g)!.length);
  });
});

describe('histogram logs', () => {
  it('hold each section of each stage that was measured, and give the whole when added up', () => {
    const logs = hdrLogs(record, () => 1);
    expect([...logs.keys()]).toEqual(['ack', 'process', 'e2e', 'window', 'sink']);
    for (const [stage, log] of logs) {
      const rows = log.split('\n').filter((line) => /^\d/.test(line));
      expect(rows).toHaveLength(record.sections.length);
      const parts = rows.map((row) => {
        const [, length, , hdr] = row.split(',');
        expect(Number(length)).toBeGreaterThan(0);
        return LatencyHistogram.decode({ hdr: hdr!, negative: 0, above: 0 });
      });
      const whole = record.latency_ms[stage as 'ack']!;
      expect(LatencyHistogram.merge(parts).quantiles()).toMatchObject({ count: whole.count, p99: whole.p99 });
    }
  });
});

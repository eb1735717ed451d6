import type { BenchRecord } from '../record.js';
import { escaped } from './markup.js';

/** Each threshold is a test case of one suite, in the form that CI servers read. */
export function junitReport({ workload, time, duration_s, thresholds }: BenchRecord): string {
  const failures = thresholds.filter(({ ok }) => !ok).length;
  const cases = thresholds.map(({ expression, ok, actual }) => {
    const name = `name="${escaped(expression)}" classname="pipe.bench.${escaped(workload.name)}" time="${duration_s}"`;
    if (ok) return `    <testcase ${name}/>`;
    const message = actual === null ? 'not measured' : `measured ${actual}`;
    return `    <testcase ${name}>\n      <failure message="${escaped(message)}"/>\n    </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${thresholds.length}" failures="${failures}">`,
    `  <testsuite name="pipe bench ${escaped(workload.name)}" tests="${thresholds.length}" failures="${failures}" time="${duration_s}" timestamp="${time}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

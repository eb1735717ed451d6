import type { ComparedMetric, Comparison } from '../bench/compare/compare.js';
import { table } from './table.js';

const words = { better: '✓ better', worse: '✗ worse', no_difference: 'no difference shown' } as const;

/** One line per metric, then what the figures do not say by themselves. */
export function comparisonSummary(comparison: Comparison): string {
  const { a, b, units, margin, metrics, left_out, deviations, regressions, max_regression } = comparison;
  const runs = (side: { runs: string[] }) => (side.runs.length === 1 ? side.runs[0] : `${side.runs.length} runs`);
  return [
    `a: ${runs(a)}`,
    `b: ${runs(b)}`,
    '',
    table(
      ['metric', 'a', 'b', 'change', '95 % interval', 'verdict'],
      metrics.map((metric) => [
        metric.name,
        figure(metric.a),
        figure(metric.b),
        percent(metric.change),
        interval(metric),
        words[metric.verdict],
      ]),
    ),
    '',
    units === 'runs'
      ? `tested between whole runs; a change within ${percent(margin, false)} is no difference`
      : `tested within single runs, which do not show how much one run differs from the next: a change within ${percent(margin, false)} is no difference; three runs or more on each side tell more`,
    ...(left_out.length > 0 ? [`too little measured to compare: ${left_out.join(', ')}`] : []),
    ...deviations.map(({ setting, a: before, b: after }) => `differs: ${setting}, ${before} and ${after}`),
    ...(regressions.length > 0
      ? [`✗ worse by more than ${percent(max_regression!, false)}: ${regressions.join(', ')}`]
      : []),
  ].join('\n');
}

function interval({ interval: range }: ComparedMetric): string {
  return range ? `${percent(range[0])} to ${percent(range[1])}` : '-';
}

function percent(share: number, signed = true): string {
  const text = `${Number((100 * share).toFixed(1))} %`;
  return signed && share > 0 ? `+${text}` : text;
}

function figure(value: number): string {
  return value >= 1000
    ? value.toLocaleString('en-US', { maximumFractionDigits: 0 })
    : String(Number(value.toPrecision(4)));
}

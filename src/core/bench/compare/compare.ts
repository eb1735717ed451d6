import type { BenchRecord } from '../record.js';
import { differencesOf, holm } from './difference.js';
import { type CompareMetric, type Cut, compareMetrics, leastUnits } from './metrics.js';
import { type Deviation, deviations } from './setting.js';

export type CompareVerdict = 'better' | 'worse' | 'no_difference';

export interface ComparedMetric {
  /** As in a threshold. */
  name: string;
  a: number;
  b: number;
  /** (b - a) / a. */
  change: number;
  /** The change lies here with 95 % confidence; null for what is compared as it stands. */
  interval: [number, number] | null;
  p: number | null;
  verdict: CompareVerdict;
}

export interface Comparison {
  a: { runs: string[] };
  b: { runs: string[] };
  /** What the test looks at: stretches of single runs, or whole runs where each side has at least three. */
  units: Cut;
  /** Changes up to this size are never called a difference. */
  margin: number;
  metrics: ComparedMetric[];
  /** What was not measured, or too little of it to compare, on both sides. */
  left_out: string[];
  /** What else than the system differs: the figures may come from that. */
  deviations: Deviation[];
  /** Of the metrics: those that are worse by more than --max-regression; always empty without it. */
  regressions: string[];
  max_regression: number | null;
}

/** Over all metrics together: the probability of calling any difference where there is none. */
const familyError = 0.05;
/** What one run does not show is how the next one differs: below this, single runs prove nothing. Whole runs show it themselves. */
const margins: Record<Cut, number> = { sections: 0.05, runs: 0.01 };

/** Compares two sets of runs, `b` against `a`; `maxRegression` is a share. */
export function compareRuns(
  a: readonly BenchRecord[],
  b: readonly BenchRecord[],
  maxRegression: number | null,
): Comparison {
  const units: Cut = Math.min(a.length, b.length) >= leastUnits.runs ? 'runs' : 'sections';
  const sampled = compareMetrics.map((metric) => ({ metric, a: metric.sample(a, units), b: metric.sample(b, units) }));
  const comparable = sampled.flatMap(({ metric, a, b }) => (a && b ? [{ metric, a, b }] : []));
  const differences = differencesOf(comparable, margins[units]);
  const significant = holm(
    differences.map(({ p }) => p),
    familyError,
  );
  const metrics = [
    ...comparable.map(
      ({ metric, a, b }, index) =>
        ({
          name: metric.name,
          a: a.value,
          b: b.value,
          ...differences[index]!,
          verdict: significant[index] ? direction(metric, differences[index]!.change) : 'no_difference',
        }) satisfies ComparedMetric,
    ),
    ...accuracy(a, b),
  ];
  return {
    a: { runs: a.map(({ id }) => id) },
    b: { runs: b.map(({ id }) => id) },
    units,
    margin: margins[units],
    metrics,
    left_out: sampled.filter(({ a, b }) => !a || !b).map(({ metric }) => metric.name),
    deviations: deviations(a, b),
    regressions: metrics
      .filter((metric) => maxRegression !== null && regressed(metric, maxRegression))
      .map(({ name }) => name),
    max_regression: maxRegression,
  };
}

function direction({ better }: CompareMetric, change: number): CompareVerdict {
  return change > 0 === (better === 'higher') ? 'better' : 'worse';
}

/** A wrong result is not noise: the lowest of each side stands as it is. */
function accuracy(a: readonly BenchRecord[], b: readonly BenchRecord[]): ComparedMetric[] {
  const [before, after] = [a, b].map((records) => {
    const known = records.map((record) => record.accuracy).filter((value) => value !== null);
    return known.length > 0 ? Math.min(...known) : undefined;
  });
  if (before === undefined || after === undefined) return [];
  const verdict = after === before ? 'no_difference' : after > before ? 'better' : 'worse';
  const change = before === 0 ? 0 : (after - before) / before;
  return [{ name: accuracyName, a: before, b: after, change, interval: null, p: null, verdict }];
}

const accuracyName = 'accuracy:value';

/** A loss of accuracy is beyond any limit. */
function regressed({ name, change, verdict }: ComparedMetric, limit: number): boolean {
  return verdict === 'worse' && (name === accuracyName || Math.abs(change) > limit);
}

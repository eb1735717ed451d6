import { type EncodedHistogram, LatencyHistogram } from '../../runtime/latency-histogram.js';
import type { BenchRecord, Stage } from '../record.js';
import type { Sample } from './difference.js';

/** How a side is cut into units that are compared. */
export type Cut = 'sections' | 'runs';

/** Fewer units than this say nothing of how they scatter. */
export const leastUnits: Record<Cut, number> = { sections: 5, runs: 3 };
/** More sections than this say nothing more, and shorter ones depend on each other more. */
const mostSections = 30;

export interface CompareMetric {
  name: string;
  better: 'higher' | 'lower';
  /** Undefined where there is too little to tell from. */
  sample(records: readonly BenchRecord[], cut: Cut): Sample | undefined;
}

/** What is compared, each under the name that its threshold has. */
export const compareMetrics: readonly CompareMetric[] = [
  {
    name: 'throughput:rate',
    better: 'higher',
    sample: perSecond(
      ({ acked }) => acked,
      () => 1,
    ),
  },
  latency('ack', 50),
  latency('ack', 99),
  latency('e2e', 50),
  latency('e2e', 99),
  latency('window', 50),
  latency('sink', 50),
  { name: 'query_ms:p(50)', better: 'lower', sample: ofHistograms(50, ({ query_hdr }) => Object.values(query_hdr)) },
  {
    name: 'cpu_us:per_event',
    better: 'lower',
    sample: perSecond(
      ({ cpu_s }) => 1e6 * Object.values(cpu_s).reduce((sum, seconds) => sum + seconds, 0),
      ({ acked }) => acked,
    ),
  },
];

function latency(stage: Stage, percentile: number): CompareMetric {
  return {
    name: `${stage}_ms:p(${percentile})`,
    better: 'lower',
    sample: ofHistograms(percentile, ({ hdr }) => (hdr[stage] ? [hdr[stage]] : [])),
  };
}

/** A quantile, of sections as short as have enough values for it. */
function ofHistograms(
  percentile: number,
  histograms: (part: BenchRecord['sections'][number]) => readonly EncodedHistogram[],
): CompareMetric['sample'] {
  const wanted = 2 / (1 - percentile / 100);
  return (records, cut) => {
    const runs = records.map(({ sections }) =>
      sections.map((section) =>
        LatencyHistogram.merge(histograms(section).map((each) => LatencyHistogram.decode(each))),
      ),
    );
    const count = runs.flat().reduce((sum, histogram) => sum + histogram.count, 0);
    const parts = Math.min(mostSections, count / records.length / wanted);
    const units = runs.map((run) =>
      cut === 'runs' ? [LatencyHistogram.merge(run)] : gathered(run, parts).map(LatencyHistogram.merge),
    );
    if (units.flat().some((unit) => unit.count === 0)) return undefined;
    return sampleOf(LatencyHistogram.merge(runs.flat()), units, cut, (unit) => Math.max(0.001, unit.at(percentile)));
  };
}

type Second = BenchRecord['series'][number];

/** A ratio of sums over seconds. */
function perSecond(above: (second: Second) => number, below: (second: Second) => number): CompareMetric['sample'] {
  const ratio = (seconds: readonly Second[]) =>
    seconds.reduce((sum, second) => sum + above(second), 0) / seconds.reduce((sum, second) => sum + below(second), 0);
  return (records, cut) => {
    const units = records.map(({ series }) => (cut === 'runs' ? [series] : gathered(series, mostSections)));
    const sample = sampleOf(
      records.flatMap(({ series }) => series),
      units,
      cut,
      ratio,
    );
    return sample?.units.flat().every((unit) => unit > 0 && Number.isFinite(unit)) ? sample : undefined;
  };
}

function sampleOf<Part>(
  all: Part,
  units: readonly (readonly Part[])[],
  cut: Cut,
  figure: (part: Part) => number,
): Sample | undefined {
  if (units.flat().length < leastUnits[cut]) return undefined;
  return { value: figure(all), units: units.map((run) => run.map(figure)) };
}

/** Neighbours together, evenly, into at most so many groups. */
function gathered<Part>(parts: readonly Part[], most: number): Part[][] {
  const size = Math.max(1, Math.ceil(parts.length / Math.max(1, Math.floor(most))));
  return Array.from({ length: Math.floor(parts.length / size) }, (_, index) =>
    // What does not fill a group goes into the last.
    index === Math.floor(parts.length / size) - 1
      ? parts.slice(index * size)
      : parts.slice(index * size, (index + 1) * size),
  );
}

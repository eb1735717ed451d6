import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LatencyHistogram } from '../../runtime/latency-histogram.js';
import { type BenchRecord, stages } from '../record.js';
import { machineOf } from './markdown.js';

/** A page that needs nothing else: styles, the plotting library, the record's figures and the script that draws them stand in it. */
export function htmlReport(packageRoot: string, record: BenchRecord): string {
  const own = (name: string) => readFileSync(join(packageRoot, 'configs', 'report', name), 'utf8');
  const plots = dirname(createRequire(import.meta.url).resolve('uplot/dist/uPlot.iife.min.js'));
  const plot = (name: string) => readFileSync(join(plots, name), 'utf8');
  const parts: Record<string, string> = {
    styles: `<style>${plot('uPlot.min.css')}\n${own('report.css')}</style>`,
    library: `<script>${plot('uPlot.iife.min.js')}</script>`,
    // In a script element "</" would end it.
    data: `<script type="application/json" id="data">${JSON.stringify(shown(record)).replaceAll('<', '\\u003c')}</script>`,
    script: `<script>${own('report.js')}</script>`,
  };
  return own('report.html').replaceAll(/<!--(\w+)-->/g, (_, name: string) => parts[name]!);
}

/** The record without its histograms, which are drawn as quantiles. */
function shown(record: BenchRecord) {
  const { hdr, query_hdr, schedule_lag_hdr, sections, ...rest } = record;
  const percentiles = Object.fromEntries(
    stages.flatMap((stage) => (hdr[stage] ? [[stage, percentilesOf(LatencyHistogram.decode(hdr[stage]))]] : [])),
  );
  return { ...rest, percentiles, machine: machineOf(record) };
}

/** [percentile, ms], ever denser towards 100 until each value has its own. */
function percentilesOf(histogram: LatencyHistogram): [number, number][] {
  const points: [number, number][] = [];
  for (let left = 1; left * histogram.count >= 0.5; left /= 10 ** 0.05) {
    const percentile = 100 * (1 - left);
    points.push([percentile, histogram.at(percentile)]);
  }
  return points;
}

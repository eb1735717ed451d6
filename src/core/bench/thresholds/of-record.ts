import { type EncodedHistogram, LatencyHistogram } from '../../runtime/latency-histogram.js';
import { type BenchRecord, stages } from '../record.js';
import type { Measured } from './metrics.js';

/** What the thresholds are judged by, of a record: so that others can be judged afterwards. */
export function measuredIn(record: Omit<BenchRecord, 'thresholds' | 'verdict'>): Measured {
  const { hdr, query_hdr, schedule_lag_hdr, throughput, accounting, accuracy, series } = record;
  const latency: Measured['latency'] = {
    query_ms: LatencyHistogram.merge(decoded(Object.values(query_hdr))),
    schedule_lag_ms: LatencyHistogram.decode(schedule_lag_hdr),
  };
  for (const stage of stages) if (hdr[stage]) latency[`${stage}_ms`] = LatencyHistogram.decode(hdr[stage]);
  const lags = series.map(({ lag }) => lag);
  return {
    latency,
    throughput,
    accounting,
    accuracy,
    lag: lags.length > 0 ? { max: Math.max(...lags), last: lags.at(-1)! } : null,
  };
}

function decoded(histograms: readonly EncodedHistogram[]): LatencyHistogram[] {
  return histograms.map((histogram) => LatencyHistogram.decode(histogram));
}

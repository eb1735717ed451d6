import type { Quantiles } from '../../runtime/latency-histogram.js';
import { type Stage, stages, type ThresholdResult } from '../record.js';
import { parseThreshold } from '../thresholds/threshold.js';
import type { Workload } from '../workload/schema.js';
import type { Moment } from './measure.js';
import { measuredSoFar, stageTotal } from './so-far.js';

/** What there is to show of a run once a second. */
export interface BenchSecond {
  workload: Workload;
  phase: Moment['phase'];
  /** Of the measured part; negative in the warm-up. */
  elapsedS: number;
  /** Acknowledged in the newest second. */
  acked: number;
  /** Acknowledged per second since the measured part began. */
  achieved: number;
  /** Records that the engine has not judged yet. */
  lag: number;
  latency: Partial<Record<Stage, Quantiles>>;
  /** As of now; actual is null where nothing is known yet. */
  thresholds: ThresholdResult[];
}

export function secondOf(workload: Workload, { phase, elapsedS, timeline }: Moment): BenchSecond {
  const measured = measuredSoFar(timeline, workload, elapsedS);
  const newest = Math.ceil(elapsedS) - 1;
  const latency: BenchSecond['latency'] = {};
  for (const stage of stages) {
    const total = stageTotal(timeline, stage);
    if (total && total.count > 0) latency[stage] = total.quantiles();
  }
  return {
    workload,
    phase,
    elapsedS,
    acked: timeline.acked.in(newest),
    achieved: measured.throughput.achieved,
    lag: timeline.lagAt(newest),
    latency,
    thresholds: workload.thresholds.map(({ expression }) => parseThreshold(expression).judge(measured)),
  };
}

import { LatencyHistogram } from '../../runtime/latency-histogram.js';
import { type Stage, stages } from '../record.js';
import type { Measured } from '../thresholds/metrics.js';
import type { Workload } from '../workload/schema.js';
import { queryStage } from './beside.js';
import type { Timeline } from './timeline.js';

/** What thresholds can be judged by while a run goes on: not what is known only in the end. */
export function measuredSoFar(timeline: Timeline, { rate }: Pick<Workload, 'rate'>, elapsedS: number): Measured {
  const seconds = Math.min(timeline.seconds, Math.max(0, elapsedS - 1));
  const latency: Measured['latency'] = { query_ms: queriesTotal(timeline) };
  for (const stage of stages) {
    const total = stageTotal(timeline, stage);
    if (total) latency[`${stage}_ms`] = total;
  }
  const lag = timeline.latencies.get('schedule_lag')?.total;
  if (lag) latency.schedule_lag_ms = lag;
  const lags = Array.from({ length: seconds }, (_, second) => timeline.lagAt(second));
  return {
    latency,
    throughput: {
      target: rate,
      achieved: seconds === 0 ? 0 : timeline.acknowledgedInTime(seconds) / seconds,
      dropped: 0,
    },
    accounting: null,
    accuracy: null,
    lag: lags.length === 0 ? null : { max: Math.max(...lags), last: lags.at(-1)! },
  };
}

export function stageTotal({ latencies }: Timeline, stage: Stage): LatencyHistogram | undefined {
  return latencies.get(stage)?.total;
}

function queriesTotal({ latencies }: Timeline): LatencyHistogram {
  const prefix = queryStage('');
  return LatencyHistogram.merge(
    [...latencies].flatMap(([name, { total }]) => (name.startsWith(prefix) ? [total] : [])),
  );
}

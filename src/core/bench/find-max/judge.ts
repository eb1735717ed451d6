import type { BenchRecord } from '../record.js';
import type { Attempt } from './record.js';
import type { Planned } from './search.js';
import { slopeOf } from './slope.js';

/** Growth of the lag below this share of the rate would make a second of delay in several minutes: no run is long enough to tell it from none. */
const negligibleGrowth = 0.005;
/** In standard errors; one-sided, one run in forty that stands still seems to grow. */
const errors = 2;
const leastAchieved = 0.99;

type Measured = Pick<BenchRecord, 'throughput' | 'series' | 'thresholds' | 'verdict'>;

/** Whether a rate was sustained: it was offered to the end, the lag did not grow, and the objectives hold. */
export function judgeAttempt({ phase, rate, durationS }: Planned, measured: Measured): Attempt {
  const { throughput, series, thresholds, verdict } = measured;
  const slope = slopeOf(series.map(({ t_s, lag }) => ({ t: t_s, value: lag })));
  const reasons = [
    ...(verdict === 'aborted' ? [`given up after ${series.length} s, ${series.at(-1)?.lag ?? 0} records behind`] : []),
    ...(throughput.achieved < leastAchieved * rate
      ? [`${Math.round(throughput.achieved)}/s were acknowledged in time of ${rate}/s`]
      : []),
    ...(throughput.dropped > 0 ? [`${throughput.dropped} events were never sent`] : []),
    ...(slope === undefined ? [`${series.length} seconds are too few to see whether the lag grows`] : []),
    ...(slope && grows(slope.perSecond, slope.error, rate)
      ? [`the lag grew by ${Math.round(slope.perSecond)} ± ${Math.round(slope.error)} records/s`]
      : []),
    ...thresholds
      .filter(({ expression, ok, actual }) => !ok && actual !== null && !expression.startsWith('throughput:rate'))
      .map(({ expression, actual }) => `${expression}: ${Number(actual!.toPrecision(4))}`),
  ];
  return {
    phase,
    rate,
    duration_s: durationS,
    achieved: throughput.achieved,
    lag_slope: slope?.perSecond ?? 0,
    lag_slope_error: slope?.error ?? 0,
    sustained: reasons.length === 0,
    reasons,
  };
}

function grows(slope: number, error: number, rate: number): boolean {
  return slope > errors * error && slope > negligibleGrowth * rate;
}

import { parseThreshold, type Threshold } from '../thresholds/threshold.js';
import type { Workload } from '../workload/schema.js';
import type { Moment } from './measure.js';
import { measuredSoFar } from './so-far.js';

/** Says of each second whether a threshold that is to end the run fails by then. */
export function onFailure(workload: Workload): (moment: Moment) => boolean {
  const ending = workload.thresholds
    .filter(({ abort_on_fail }) => abort_on_fail)
    .map(({ expression, abort_after_s }) => ({ after: abort_after_s, threshold: parseThreshold(expression) }));
  return ({ phase, elapsedS, timeline }) => {
    if (phase !== 'measuring' || elapsedS <= 0) return false;
    const due = ending.filter(({ after }) => elapsedS >= after);
    if (due.length === 0) return false;
    const measured = measuredSoFar(timeline, workload, elapsedS);
    return due.some(({ threshold }) => fails(threshold, measured));
  };
}

/** What is not known yet does not fail. */
function fails(threshold: Threshold, measured: Parameters<Threshold['judge']>[0]): boolean {
  const { ok, actual } = threshold.judge(measured);
  return !ok && actual !== null;
}

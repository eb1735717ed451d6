import type { Surroundings } from '../measure/environment.js';
import type { Measurement } from '../measure/measure.js';
import type { Rig } from '../measure/rig.js';
import { secondOf } from '../measure/second.js';
import { recordOf } from '../measure/to-record.js';
import type { BenchHooks, BenchOptions } from '../options.js';
import type { BenchRecord } from '../record.js';
import type { Workload } from '../workload/schema.js';
import { judgeAttempt } from './judge.js';
import type { Attempt, FindMax } from './record.js';
import { latencyShares, nextAttempt, type Planned, searchDefaults, searchResult } from './search.js';

/** A lag of so many seconds of load will not be made up for within the attempt. */
const hopelessSeconds = 5;
/** A first rate where the workload has none. */
const firstRate = 10_000;

type Options = BenchOptions & { around: Surroundings };

/**
 * Looks for the highest rate that is sustained, one attempt after another on one engine, and measures latency at shares of it. The record is that of the
 * longest run at that rate; where none was sustained, of the last attempt.
 */
export async function findMax(rig: Rig, workload: Workload, options: Options, hooks: BenchHooks): Promise<BenchRecord> {
  const { seed, around, quick } = options;
  const search = { ...searchDefaults, from: workload.rate === 'max' ? firstRate : workload.rate };
  const attempts: Attempt[] = [];
  let shown: Measurement | undefined;
  let held = false;
  for (let next = nextAttempt(search, attempts); next; next = nextAttempt(search, attempts)) {
    hooks.onStep(stepOf(next, attempts.length));
    const measurement = await measureAt(next.rate, next.durationS);
    if (measurement.ended === 'stopped') {
      await rig.stop();
      return {
        ...recordOf(measurement, around, null),
        find_max: { ...searchResult(search, attempts), latency_at: [] },
      };
    }
    const attempt = judgeAttempt(next, recordOf(measurement, around, null));
    hooks.note(verdictOf(attempt));
    attempts.push(attempt);
    if (attempt.sustained || !held) shown = measurement;
    held ||= attempt.sustained;
  }
  const result = searchResult(search, attempts);
  const latency_at = result.sustainable === null ? [] : await latencyAt(result.sustainable);
  const { verify } = await rig.verify(quick);
  return { ...recordOf(shown!, around, verify), find_max: { ...result, latency_at } };

  async function latencyAt(sustainable: number): Promise<FindMax['latency_at']> {
    const measured: FindMax['latency_at'] = [];
    for (const share of latencyShares) {
      const rate = Math.round(share * sustainable);
      hooks.onStep(`latency at ${Math.round(share * 100)} % of it, ${rate} events/s`);
      const { latency_ms, verdict } = recordOf(await measureAt(rate, search.stepSeconds), around, null);
      const { p50 = 0, p90 = 0, p99 = 0, p999 = 0, max = 0 } = latency_ms.e2e ?? {};
      if (verdict === 'stopped') break;
      measured.push({ share, rate, e2e_ms: { p50, p90, p99, p999, max } });
    }
    return measured;
  }

  function measureAt(rate: number, durationS: number): Promise<Measurement> {
    const tried: Workload = { ...workload, steps: undefined, rate, duration_s: durationS };
    return rig.measure(tried, seed, {
      onSecond: (moment) => {
        const second = secondOf(tried, moment);
        hooks.onSecond(second);
        return moment.phase === 'measuring' && second.lag > hopelessSeconds * rate;
      },
    });
  }
}

function stepOf({ phase, rate, durationS }: Planned, before: number): string {
  const why = { bracket: 'trying', bisect: 'narrowing', confirm: 'confirming' }[phase];
  return `attempt ${before + 1}: ${why} ${rate} events/s for ${durationS} s`;
}

function verdictOf({ rate, sustained, reasons }: Attempt): string {
  return sustained ? `  ✓ ${rate} events/s is sustained` : `  ✗ ${rate} events/s is not: ${reasons.join('; ')}`;
}

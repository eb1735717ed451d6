import type { Evidence, KeyDetector, Value } from '../../../../src/core/process/detect/kind.js';

/** What one detector may be given, in any order. */
export interface NaiveObservation {
  time: number;
  offset: number;
  key: string;
  values: Value[];
}

export interface NaiveAlert {
  key: string;
  time: number;
  offset: number;
  /** Whether a timer brought it. */
  woken: boolean;
  evidence: Evidence;
}

/**
 * The rules of detection written down the slow way: all observations up to the frontier are sorted, each key's are gone through from the first, and
 * between two of them it is woken for as long as something is due. Shares nothing with the engine but the detectors of one key.
 */
export function naiveAlerts(
  observations: readonly NaiveObservation[],
  frontier: number,
  { cooldown, forget, create }: { cooldown: number; forget: number; create: () => KeyDetector },
): NaiveAlert[] {
  const seen = observations
    .filter(({ time }) => time <= frontier)
    .sort((a, b) => a.time - b.time || a.offset - b.offset);
  return [...new Set(seen.map(({ key }) => key))].flatMap((key) => {
    const alerts: NaiveAlert[] = [];
    let detector = create();
    let last = Number.NEGATIVE_INFINITY;
    let alerted = Number.NEGATIVE_INFINITY;
    const raise = (time: number, offset: number, woken: boolean, evidence: Evidence) => {
      if (alerted + cooldown > time) return;
      alerted = time;
      alerts.push({ key, time, offset, woken, evidence });
    };
    const wakeUntil = (until: number) => {
      while (detector.due <= until && detector.due < last + forget) {
        const { due } = detector;
        const found = detector.wake!(due);
        if (found) raise(due, found.offset, true, found.evidence);
      }
    };
    for (const { time, offset, values } of seen.filter((each) => each.key === key)) {
      wakeUntil(time - 1);
      if (time >= last + forget) {
        detector = create();
        alerted = Number.NEGATIVE_INFINITY;
      }
      last = time;
      const evidence = detector.observe({ time, offset, values });
      if (evidence) raise(time, offset, false, evidence);
    }
    wakeUntil(frontier);
    return alerts;
  });
}

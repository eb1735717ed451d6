import type { Alert } from '../../process/detect/kind.js';
import { type DayCounts, dayMs } from './aggregated-days.js';

/** Alerts by detector and by the UTC day of their time. */
export type AlertCounts = Record<string, DayCounts>;

const newestKept = 5;

/**
 * How many alerts each detector has raised since the pipeline's first record, those included that were stored before a crash and are raised again by
 * the replay. By day, as their table drops days by its TTL.
 */
export class RaisedAlerts {
  /** Of this run. */
  count = 0;
  private readonly counts: Map<string, Map<number, number>>;
  private last: readonly Alert[] = [];

  constructor(saved: AlertCounts = {}) {
    this.counts = new Map(
      Object.entries(saved).map(([detector, days]) => [
        detector,
        new Map(Object.entries(days).map(([day, count]) => [Number(day), count])),
      ]),
    );
  }

  add(alerts: readonly Alert[]): void {
    if (alerts.length === 0) return;
    for (const { detector, time } of alerts) {
      const days = this.counts.get(detector) ?? new Map<number, number>();
      this.counts.set(detector, days);
      const day = Math.floor(time / dayMs);
      days.set(day, (days.get(day) ?? 0) + 1);
    }
    this.count += alerts.length;
    this.last = newestOf([...this.last, ...alerts]);
  }

  /** The newest of this run by event time, newest first. */
  get newest(): readonly Alert[] {
    return this.last;
  }

  saved(): AlertCounts {
    return Object.fromEntries([...this.counts].map(([detector, days]) => [detector, Object.fromEntries(days)]));
  }
}

/** The few that a report shows: newest first by event time. */
export function newestOf(alerts: readonly Alert[]): readonly Alert[] {
  return [...alerts].sort((a, b) => b.time - a.time).slice(0, newestKept);
}

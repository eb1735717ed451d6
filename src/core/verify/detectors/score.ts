import type { PlanDetector } from '../../pipeline/plan.js';
import type { DetectorReport } from '../report.js';
import { type Incident, keyText } from './incidents.js';

/** An alert of the detector that is scored. */
export interface Sighting {
  /** Event time in ms. */
  time: number;
  keys: Readonly<Record<string, unknown>>;
}

/** How long after an incident's last event an alert may still be about it; on windows, so long after the end of the last that can hold it. */
const toleranceMs = 60_000;

/**
 * How well a detector finds what it is for. An alert is true when one of its incidents has the same key and is not over for longer than the tolerance;
 * an incident is found when such an alert is there. Incidents count once the detector has seen all of them: `settled` says of which that is so.
 */
export function scoreDetector(
  detector: PlanDetector,
  incidents: readonly Incident[],
  alerts: readonly Sighting[],
  settled: (incident: Incident, reach: number) => boolean,
): DetectorReport {
  const { name, kind, finds, input } = detector;
  const reach = input.kind === 'window' ? input.size : 0;
  const alertsOf = byKey(detector, alerts);
  const trueAlerts = new Set<Sighting>();
  const delays: number[] = [];
  let counted = 0;
  for (const incident of incidents) {
    const about = [...incident.keys]
      .flatMap((key) => alertsOf.get(key) ?? [])
      .filter(({ time }) => time >= incident.first && time <= incident.last + reach + toleranceMs);
    for (const alert of about) trueAlerts.add(alert);
    if (!settled(incident, reach)) continue;
    counted++;
    if (about.length > 0) delays.push(Math.min(...about.map(({ time }) => time)) - incident.first);
  }
  const judged = finds.length > 0;
  return {
    detector: name,
    kind,
    finds,
    alerts: alerts.length,
    true_alerts: judged ? trueAlerts.size : null,
    false_alerts: judged ? alerts.length - trueAlerts.size : null,
    incidents: counted,
    found: delays.length,
    precision: judged ? share(trueAlerts.size, alerts.length) : null,
    recall: share(delays.length, counted),
    delay_ms: median(delays),
  };
}

function byKey({ input }: PlanDetector, alerts: readonly Sighting[]): Map<string, Sighting[]> {
  const grouped = new Map<string, Sighting[]>();
  for (const alert of alerts) {
    const key = keyText(input.by.map((column) => alert.keys[input.fields[column]!.name]));
    const same = grouped.get(key);
    if (same) same.push(alert);
    else grouped.set(key, [alert]);
  }
  return grouped;
}

function share(part: number, of: number): number | null {
  return of === 0 ? null : part / of;
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}

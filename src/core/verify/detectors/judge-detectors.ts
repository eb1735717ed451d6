import type { Plan } from '../../pipeline/plan.js';
import type { DetectorFrontier } from '../alerts.js';
import type { KnownAlert } from '../evidence/alerts.js';
import type { DetectorReport } from '../report.js';
import type { Incident, Incidents } from './incidents.js';
import { type Sighting, scoreDetector } from './score.js';

/** Every detector of the plan against the incidents that it is for, by what is stored up to where the engine's checkpoint stands. */
export async function judgeDetectors(
  plan: Plan,
  incidents: Incidents,
  stored: AsyncIterable<KnownAlert>,
  frontier: DetectorFrontier,
): Promise<DetectorReport[]> {
  const alerts = new Map(plan.detect.map(({ name }): [string, Sighting[]] => [name, []]));
  for await (const alert of stored) if (frontier.reached(alert)) alerts.get(alert.detector)?.push(alert);
  return plan.detect.map((detector) => {
    const seenTo = ({ partition }: Incident) =>
      detector.input.kind === 'window' ? frontier.windows : frontier.of(partition);
    const settled = (incident: Incident, reach: number) => incident.last + reach <= seenTo(incident);
    return scoreDetector(detector, incidents.of(detector.name), alerts.get(detector.name)!, settled);
  });
}

import type { ClickHouseClient } from '@clickhouse/client';
import type { KafkaClient } from '../broker/client.js';
import type { Plan } from '../pipeline/plan.js';
import { dayMs } from '../run/process/aggregated-days.js';
import type { CheckpointMeta } from '../run/process/checkpoint.js';
import { isWhole, type KnownAlert, sentAlerts, storedAlerts } from './evidence/alerts.js';
import type { AlertReport } from './report.js';

/** How far detectors had come when the checkpoint was cut: what they have raised since is not in its counts. */
export class DetectorFrontier {
  /** Detectors on windows have seen every row that ends by then. */
  readonly windows: number;
  private readonly watermarks: Readonly<Record<number, number>>;

  constructor({ watermark, watermarks }: CheckpointMeta, { allowedLateness }: Plan) {
    this.windows = (watermark ?? Number.NEGATIVE_INFINITY) - allowedLateness + 1;
    this.watermarks = watermarks;
  }

  /** Detectors on events have seen every event of the partition up to then. */
  of(partition: number): number {
    return this.watermarks[partition] ?? Number.NEGATIVE_INFINITY;
  }

  reached({ partition, offset, time }: Pick<KnownAlert, 'partition' | 'offset' | 'time'>): boolean {
    return time <= (offset < 0 ? this.windows : this.of(partition));
  }
}

interface Witnesses {
  kafka: KafkaClient;
  clickhouse: ClickHouseClient;
  plan: Plan;
  state: CheckpointMeta;
  /** The first day of which the alerts' TTL can have taken no row. */
  lastingFrom: number;
  note(text: string): void;
}

/** Holds the engine's counts, the table and the topic against each other. */
export async function checkAlerts({
  kafka,
  clickhouse,
  plan,
  state,
  lastingFrom,
  note,
}: Witnesses): Promise<AlertReport> {
  const frontier = new DetectorFrontier(state, plan);
  const counts = (alert: KnownAlert) => frontier.reached(alert) && alert.time >= lastingFrom * dayMs;
  const stored = new AlertIds();
  for await (const alert of storedAlerts(clickhouse, plan)) if (counts(alert)) stored.add(alert);
  const { alerts: topic } = plan.topics;
  let sent: AlertIds | undefined;
  if (await isWhole(kafka, topic)) {
    sent = new AlertIds();
    for await (const alert of sentAlerts(kafka, topic, note)) if (counts(alert)) sent.add(alert);
  } else note(`${topic} has lost its oldest alerts, so that only the stored ones are counted`);
  return judgeAlerts(raisedSince(state, lastingFrom), stored, sent);
}

/** Different ids by detector, with what each alert says. */
export class AlertIds {
  readonly byDetector = new Map<string, Map<string, string>>();
  distinct = 0;
  /** Ids that came more than once, each time but the first. */
  repeated = 0;

  add({ id, detector, content }: Pick<KnownAlert, 'id' | 'detector' | 'content'>): void {
    const ids = this.of(detector);
    this.byDetector.set(detector, ids);
    if (ids.has(id)) this.repeated++;
    else this.distinct++;
    ids.set(id, content);
  }

  of(detector: string): Map<string, string> {
    return this.byDetector.get(detector) ?? new Map();
  }
}

/**
 * An alert is whole when table and topic have it: by detector, as many as were raised must be whole and no others be in either; both must say the same of
 * it. `sent` is undefined when the topic cannot tell.
 */
export function judgeAlerts(
  raised: ReadonlyMap<string, number>,
  stored: AlertIds,
  sent: AlertIds | undefined,
): AlertReport {
  const both = sent ?? stored;
  let missing = 0;
  let extra = 0;
  let altered = 0;
  for (const detector of new Set([...raised.keys(), ...stored.byDetector.keys(), ...both.byDetector.keys()])) {
    const expected = raised.get(detector) ?? 0;
    const its = both.of(detector);
    const whole = [...stored.of(detector)].filter(([id]) => its.has(id));
    const any = stored.of(detector).size + its.size - whole.length;
    missing += Math.max(0, expected - whole.length);
    extra += Math.max(0, any - expected);
    altered += whole.filter(([id, content]) => its.get(id) !== content).length;
  }
  return {
    raised: [...raised.values()].reduce((sum, count) => sum + count, 0),
    stored: stored.distinct,
    in_topic: sent ? sent.distinct : null,
    doubled: stored.repeated,
    missing,
    extra,
    altered,
  };
}

function raisedSince({ alerts }: CheckpointMeta, day: number): Map<string, number> {
  return new Map(
    Object.entries(alerts).map(([detector, days]) => [
      detector,
      Object.entries(days).reduce((sum, [each, count]) => (Number(each) >= day ? sum + count : sum), 0),
    ]),
  );
}

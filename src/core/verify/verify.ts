import type { ClickHouseClient } from '@clickhouse/client';
import { connectKafka, type KafkaClient } from '../broker/client.js';
import { type PartitionOffsets, partitionOffsets } from '../broker/offsets.js';
import { partitionsOf } from '../broker/topics.js';
import type { Plan } from '../pipeline/plan.js';
import { closedLedgers, type LedgerTotals } from '../run/ledger/close.js';
import { type DayCounts, dayMs } from '../run/process/aggregated-days.js';
import type { CheckpointMeta } from '../run/process/checkpoint.js';
import { type Left, readJournal } from '../run/process/journal.js';
import { engineFolder, engineRuns } from '../run/process/open.js';
import { missingError } from '../runtime/errors.js';
import type { Home } from '../runtime/home.js';
import type { Runtime } from '../runtime/runtime.js';
import { connectWriter } from '../sink/client.js';
import type { Endpoints } from '../stack/endpoints.js';
import { checkAlerts, DetectorFrontier } from './alerts.js';
import { judgePartition } from './conservation.js';
import { Incidents } from './detectors/incidents.js';
import { judgeDetectors } from './detectors/judge-detectors.js';
import { storedAlerts } from './evidence/alerts.js';
import { askOracle } from './independent.js';
import { injectedReport, oracleReport } from './oracle-report.js';
import type { AlertReport, PartitionReport, VerifyReport } from './report.js';
import { storedRows } from './stored-rows.js';
import { reportOf, withOracle } from './verdict.js';
import { type Comparable, compareWindows, type WindowsFound } from './windows.js';

export interface VerifyOptions {
  /** Leave the independent judge out: only counts, and ClickHouse's own computation of the windows. */
  quick?: boolean;
  /** Hold the detectors against what the generator did on purpose; not with `quick`. */
  detectors?: boolean;
}

type VerifyEndpoints = Required<Pick<Endpoints, 'kafka' | 'clickhouse'>> & Pick<Endpoints, 'postgres'>;

/**
 * Holds what must be stored, by an oracle that shares nothing with the engine, and ledger, topic, engine state, raw rows and windows against
 * each other, and changes nothing. Throws a missing error when the pipeline has no topic yet.
 */
export async function verifyPipeline(
  runtime: Runtime,
  home: Home,
  plan: Plan,
  endpoints: VerifyEndpoints,
  { quick = false, detectors = false }: VerifyOptions = {},
): Promise<VerifyReport> {
  const kafka = await connectKafka(endpoints.kafka, `pipe-verify-${plan.name}`, runtime.clock);
  // The whole of a day's windows may be computed anew in one statement.
  const clickhouse = connectWriter(endpoints.clickhouse, { timeoutMs: 600_000 });
  try {
    const notes: string[] = [];
    const note = (text: string) => void notes.push(text);
    const left = readJournal(engineFolder(home, plan), note);
    const state = left.restored?.meta;
    await requireTopic(kafka, plan);
    const ledgers = await closedLedgers(home, plan, kafka);
    // After the ledgers: what a generator that runs sends in between is in flight, and not missing.
    const offsets = await partitionOffsets(kafka, plan.topics.events);
    const evidence = { state, ledgers, offsets, lastingFrom: firstLastingDay(runtime, plan.store.raw.ttl) };
    const partitions = await judgePartitions(plan, clickhouse, evidence);
    const range = comparable(runtime, home, plan, left, notes);
    const windows: WindowsFound = state
      ? await compareWindows(clickhouse, plan, range)
      : { checked: 0, wrong: 0, unchecked: 0, equal: 0, differences: [] };
    const expired = partitions.reduce((sum, each) => sum + each.expired, 0);
    if (expired > 0)
      notes.push(
        `${expired} events are older than the raw table keeps them (store.raw.ttl): their rows are gone, not missing.`,
      );
    const alerts = state
      ? await checkAlerts({
          kafka,
          clickhouse,
          plan,
          state,
          lastingFrom: firstLastingDay(runtime, plan.store.alerts.ttl),
          note,
        })
      : noAlerts;
    const report = reportOf(partitions, windows, alerts, notes);
    if (!state || quick) return report;
    const { postgres } = endpoints;
    const at = { windowsUpTo: range.upTo, atRest: range.upTo > 0 };
    const incidents = detectors ? new Incidents(plan) : undefined;
    const begun = runtime.clock.monotonic();
    const answer = await askOracle({
      runtime,
      plan,
      kafka,
      clickhouse,
      postgres,
      state,
      ledgers,
      offsets,
      ...at,
      incidents,
      note,
    });
    const oracle = oracleReport(answer, state, runtime.clock.monotonic() - begun);
    const judged = withOracle(report, answer, oracle, injectedReport(answer, ledgers, report.in_flight));
    if (!incidents) return judged;
    const unlabelled = answer.runs.filter(({ remake }) => !remake).map(({ ledger }) => ledger.run);
    if (unlabelled.length > 0)
      note(`no truth is known of ${unlabelled.join(', ')}: alerts on their events count as false`);
    const stored = storedAlerts(clickhouse, plan);
    return { ...judged, detectors: await judgeDetectors(plan, incidents, stored, new DetectorFrontier(state, plan)) };
  } finally {
    await Promise.all([kafka.close(), clickhouse.close()]);
  }
}

const noAlerts: AlertReport = { raised: 0, stored: 0, in_topic: 0, doubled: 0, missing: 0, extra: 0, altered: 0 };

async function requireTopic(kafka: KafkaClient, plan: Plan): Promise<void> {
  if ((await partitionsOf(kafka, plan.topics.events)) !== undefined) return;
  throw missingError(
    `there is no topic ${plan.topics.events}: nothing was produced yet`,
    `Run: pipe generate --domain ${plan.name}`,
    'NO_TOPIC',
  );
}

interface Evidence {
  state: CheckpointMeta | undefined;
  ledgers: readonly LedgerTotals[];
  offsets: readonly PartitionOffsets[];
  /** The first day of which the raw table's TTL can have taken no row. */
  lastingFrom: number;
}

async function judgePartitions(
  plan: Plan,
  clickhouse: ClickHouseClient,
  { state, ledgers, offsets, lastingFrom }: Evidence,
): Promise<PartitionReport[]> {
  const acknowledged = new Map<number, number>();
  for (const ledger of ledgers)
    for (const { partition, produced } of ledger.partitions)
      acknowledged.set(partition, (acknowledged.get(partition) ?? 0) + produced);
  const positions = new Map(Object.entries(state?.offsets ?? {}).map(([partition, next]) => [Number(partition), next]));
  const stored = await storedRows(clickhouse, plan, positions, lastingFrom * dayMs);
  return offsets.map(({ partition, begin, end }) =>
    judgePartition({
      partition,
      begin,
      end,
      acknowledged: acknowledged.get(partition),
      position: positions.get(partition),
      verdicts: state?.verdicts[partition],
      gaps: state?.gaps[partition] ?? 0,
      expirable: countBefore(state?.days[partition] ?? {}, lastingFrom),
      ...(stored.get(partition) ?? { rows: 0, distinct: 0, recent: 0 }),
    }),
  );
}

/** No event is of 1700 or before. */
const beforeAllDays = -100_000;

/** The first day of which a table's TTL can have taken no row; the tables are cut by day. */
function firstLastingDay(runtime: Runtime, ttl: number | undefined): number {
  return ttl === undefined ? beforeAllDays : Math.floor((runtime.clock.now() - ttl) / dayMs) + 1;
}

function countBefore(days: DayCounts, day: number): number {
  return Object.entries(days).reduce((sum, [each, count]) => (Number(each) < day ? sum + count : sum), 0);
}

/** Which windows can be compared: those that are final or were stored as provisional, and whose rows have not expired, raw or stored. */
function comparable(
  runtime: Runtime,
  home: Home,
  plan: Plan,
  { restored, outstanding }: Left,
  notes: string[],
): Comparable {
  const state = restored?.meta;
  const shortest = Math.min(
    plan.store.raw.ttl ?? Number.POSITIVE_INFINITY,
    plan.store.windows.ttl ?? Number.POSITIVE_INFINITY,
  );
  // A day's margin: rows go when their part is merged, not at the moment.
  const from = Number.isFinite(shortest) ? runtime.clock.now() - shortest + dayMs : beforeAllDays * dayMs;
  const nothing = { from, upTo: 0 };
  if (!state) {
    notes.push(`The engine has not run yet: pipe process --domain ${plan.name} --until-caught-up`);
    return nothing;
  }
  if (engineRuns(home, plan)) {
    notes.push('The engine is running, so its windows change: stop it to have them compared.');
    return nothing;
  }
  if (!state.clean || outstanding.length > 0) {
    notes.push('The engine did not end cleanly: start it again, it recovers by itself, then verify.');
    return nothing;
  }
  if (state.complete) return { from, upTo: Number.MAX_SAFE_INTEGER };
  return { from, upTo: (state.watermark ?? -1) + 1 };
}

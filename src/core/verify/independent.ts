import type { ClickHouseClient } from '@clickhouse/client';
import type { KafkaClient } from '../broker/client.js';
import type { PartitionOffsets } from '../broker/offsets.js';
import type { Plan } from '../pipeline/plan.js';
import type { LedgerTotals } from '../run/ledger/close.js';
import type { CheckpointMeta } from '../run/process/checkpoint.js';
import type { Runtime } from '../runtime/runtime.js';
import type { PostgresEndpoint } from '../stack/endpoints.js';
import type { Incidents } from './detectors/incidents.js';
import { lettersIn } from './evidence/letters.js';
import { metadataNow } from './evidence/metadata.js';
import { partitionRecords, type Told } from './evidence/records.js';
import { type KnownRun, knownRuns } from './evidence/runs.js';
import { rowsFromElsewhere, storedEvents } from './evidence/stored-events.js';
import { countWindows } from './evidence/stored-windows.js';
import { type ExpectedFound, WindowComparison } from './expected-against-stored.js';
import { enricher } from './oracle/enrich.js';
import { ExpectedWindows, sizesOf } from './oracle/expected-windows.js';
import { Findings } from './oracle/findings.js';
import { type Court, PartitionTrial } from './oracle/partition-trial.js';
import { eventReader } from './oracle/read-event.js';
import type { OracleRecord } from './oracle/values.js';

/** What the oracle is asked about: everything at rest, or read before it could move. */
export interface Question {
  runtime: Runtime;
  plan: Plan;
  kafka: KafkaClient;
  clickhouse: ClickHouseClient;
  postgres: PostgresEndpoint | undefined;
  state: CheckpointMeta;
  ledgers: readonly LedgerTotals[];
  offsets: readonly PartitionOffsets[];
  /** Windows that end later are not final. */
  windowsUpTo: number;
  /** The engine ended cleanly: there are final windows, and rows beyond its offsets belong to nothing. */
  atRest: boolean;
  /** Takes the anomalies among the aggregated events. */
  incidents: Incidents | undefined;
  note(text: string): void;
}

export interface Answer {
  findings: Findings;
  windows: ExpectedFound;
  told: Told;
  runs: readonly KnownRun[];
  /** Partitions of which too little is left to judge them. */
  untold: readonly number[];
}

/** Rows go when their part is merged or dropped, not at the moment that their time to live is over. */
const expiryMarginMs = 600_000;

/**
 * Computes from seed, ledger and pipeline file alone (from the topic, where those do not tell) what must be stored, and holds it against what is: rows by
 * offset and content, late events and dead letters by offset, windows by key. Nothing of the engine's code has a part in it.
 */
export async function askOracle(question: Question): Promise<Answer> {
  const { plan, kafka, clickhouse, postgres, state, ledgers, note } = question;
  const findings = new Findings();
  const metadata = await metadataNow(postgres, plan, note);
  const runs = await knownRuns(kafka, plan, ledgers, metadata.drawn, note);
  const source = { topic: plan.topics.events, partitions: question.offsets.length };
  const late = await lettersIn(kafka, plan.topics.late, source, note);
  const dead = await lettersIn(kafka, plan.topics.deadLetters, source, note);
  const untold = question.offsets.filter((each) => !isTold(each, state, runs)).map(({ partition }) => partition);
  for (const partition of untold) {
    findings.untold += state.verdicts[partition]?.consumed ?? 0;
    note(`partition ${partition}: the topic has lost its oldest records, so that the oracle cannot judge the others`);
  }
  const whole = untold.length === 0 && question.atRest;
  const windows = whole ? new ExpectedWindows(plan) : undefined;
  const court: Court = {
    plan,
    findings,
    windows,
    incidents: question.incidents,
    read: eventReader(plan),
    enrich: metadata.rows && enricher(plan, metadata.rows),
    expired: expiry(question, plan.store.raw.ttl),
  };
  const told: Told = { ledger: 0, topic: 0 };
  const hearings = question.offsets
    .filter(({ partition }) => !untold.includes(partition))
    .map((offsets): Hearing => {
      const { partition } = offsets;
      const position = state.offsets[partition] ?? offsets.begin;
      const exhibits = {
        partition,
        late: late.get(partition),
        dead: dead.get(partition),
        lateByIdleness: state.verdicts[partition]?.late_idle ?? 0,
        engineWatermark: state.watermark ?? Number.NEGATIVE_INFINITY,
      };
      const extent = { partition, from: firstTold(offsets, runs), to: position };
      const chunks = partitionRecords(kafka, source.topic, runs, extent, told, question.incidents !== undefined);
      return { trial: new PartitionTrial(court, exhibits), chunks, heardTo: 0, position };
    });
  const comparison =
    windows &&
    new WindowComparison(
      clickhouse,
      plan,
      windows,
      { upTo: question.windowsUpTo, expired: expiry(question, plan.store.windows.ttl) },
      note,
    );
  await hearAll(question, hearings, comparison);
  if (question.atRest) {
    const elsewhere = await rowsFromElsewhere(clickhouse, plan, question.offsets.length);
    if (elsewhere > 0) findings.rowsExtra(question.offsets.length, 0, elsewhere, 'no such partition in the topic');
  }
  return { findings, windows: comparison?.found ?? (await allUnchecked(question)), told, runs, untold };
}

interface Hearing {
  trial: PartitionTrial;
  chunks: AsyncGenerator<OracleRecord[]>;
  /** Offset up to which rows have been looked at. */
  heardTo: number;
  position: number;
}

/** The partition that is furthest behind in event time goes first, so that windows can be settled and let go as early as possible. */
async function hearAll(
  question: Question,
  hearings: Hearing[],
  comparison: WindowComparison | undefined,
): Promise<void> {
  const open = new Set(hearings);
  while (open.size > 0) {
    const hearing = [...open].reduce((a, b) => (b.trial.frontier < a.trial.frontier ? b : a));
    if (!(await hearNext(question, hearing))) open.delete(hearing);
    await comparison?.settle(Math.min(...[...open].map(({ trial }) => trial.frontier)));
  }
  await comparison?.finish();
}

/** False after the last chunk. */
async function hearNext({ clickhouse, plan, atRest }: Question, hearing: Hearing): Promise<boolean> {
  const { trial, chunks, heardTo: from, position } = hearing;
  const { partition } = trial;
  const { done, value: records } = await chunks.next();
  if (done) {
    const to = atRest ? Number.MAX_SAFE_INTEGER : position;
    trial.hear([], await storedEvents(clickhouse, plan, { partition, from, to }));
    trial.close(position);
    return false;
  }
  hearing.heardTo = records.at(-1)!.offset + 1;
  trial.hear(records, await storedEvents(clickhouse, plan, { partition, from, to: hearing.heardTo }));
  return true;
}

/** The first offset from which on runs in the ledger, and then the topic, tell of every record. */
function firstTold({ partition, begin }: PartitionOffsets, runs: readonly KnownRun[]): number {
  const whole = runs
    .filter(({ remake }) => remake)
    .flatMap(({ ledger }) => ledger.partitions.filter((each) => each.partition === partition))
    .filter((each) => each.produced > 0 && each.next - each.begin === each.produced)
    .sort((a, b) => b.begin - a.begin);
  return whole.reduce((first, { begin: from, next }) => (next >= first ? Math.min(first, from) : first), begin);
}

/** Whether all is left, in the topic or in ledgers, that the engine judged of a partition. */
function isTold(offsets: PartitionOffsets, state: CheckpointMeta, runs: readonly KnownRun[]): boolean {
  const { partition } = offsets;
  const consumed = state.verdicts[partition]?.consumed ?? 0;
  const first = state.offsets[partition]! - consumed - (state.gaps[partition] ?? 0);
  return consumed === 0 || firstTold(offsets, runs) <= first;
}

function expiry({ runtime }: Question, ttl: number | undefined): (time: number) => boolean {
  if (ttl === undefined) return () => false;
  const limit = runtime.clock.now() + expiryMarginMs - ttl;
  return (time) => time <= limit;
}

async function allUnchecked({ clickhouse, plan }: Question): Promise<ExpectedFound> {
  let unchecked = 0;
  for (const each of sizesOf(plan)) unchecked += await countWindows(clickhouse, plan, each);
  return { checked: 0, wrong: 0, unchecked, equal: 0, expected: 0, differences: [] };
}

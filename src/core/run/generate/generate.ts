import { connectKafka, type KafkaClient } from '../../broker/client.js';
import { domainFor } from '../../domain/registry.js';
import type { Domain, Metadata } from '../../generate/generator.js';
import type { PartitionRun } from '../../generate/partition-run.js';
import type { Workload } from '../../generate/workload.js';
import type { Plan } from '../../pipeline/plan.js';
import { usageError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import type { Runtime } from '../../runtime/runtime.js';
import { resolveEndpoints } from '../../stack/stack.js';
import { closeLedger } from '../ledger/close.js';
import type { Ledger } from '../ledger/ledger.js';
import { createRun, freeRunName, type HeldRun, holdRun, releaseRun } from '../ledger/runs.js';
import { metadataDigest, storedMetadata } from './metadata.js';
import { checkResumeFlags, type GenerateFlags, type GenerateOptions } from './options.js';
import { headerOf, type NewRun, optionsOf, prepareTopic, workloadOf } from './prepare.js';
import { freshRuns, nextIntended, replayedRuns } from './resume.js';
import { SendReport } from './send-report.js';
import { type SendFigures, type SendResult, sendRun } from './send-run.js';
import type { GenerateSummary } from './summary.js';

/** Between fixing the first due time and that time: header and generators are made meanwhile, so that the first records are not late. */
const leadMs = 200;

export interface GenerateTask {
  runtime: Runtime;
  home: Home;
  profile: string | undefined;
  plan: Plan;
  /** As SendTask's, told beforehand when the work is done as far as that is known. */
  observe(goal: { records?: number; durationMs?: number }, figures: () => SendFigures): () => void;
  /** A file for a report of each second; a new run then begins with one. */
  report?: string;
}

interface Services {
  client: KafkaClient;
  domain: Domain;
  metadata: Metadata;
}

/** Sends a new run of generated events into the pipeline's topic. Seeds empty metadata first. Throws usage and missing errors. */
export function generate(task: GenerateTask, options: GenerateOptions): Promise<GenerateSummary> {
  return withServices(task, async (services) => {
    const { runtime, home, plan } = task;
    const seed = options.seed ?? runtime.entropy();
    const { clock } = runtime;
    const topicId = await prepareTopic(services.client, plan, {
      start: options.start ?? clock.now(),
      now: clock.now(),
    });
    const createdAt = clock.now();
    const soon = createdAt + leadMs;
    const start = options.start ?? (task.report === undefined ? soon : Math.ceil(soon / 1000) * 1000);
    const run = options.run ?? freeRunName(home, plan.name, `${seed}-${start}`);
    const made: NewRun = { plan, ...services, options, seed, start, run };
    const workload = workloadOf(made);
    const held = createRun(home, await headerOf(services.client, made, { topicId, workload, createdAt }));
    const now = clock.now();
    const begin = clock.monotonic() + (options.start === undefined ? start - now : leadMs);
    const sending = { workload, runs: freshRuns(workload), origin: begin - start };
    return send(task, services, held, sending).finally(() => releaseRun(held));
  });
}

/** Goes on with a run that did not reach its end: without loss or repeat, its remaining times moved to now unless --start fixed them. */
export function resume(task: GenerateTask, flags: GenerateFlags): Promise<GenerateSummary> {
  const held = holdRun(task.home, task.plan.name, flags.run);
  return withServices(task, async (services) => {
    const { runtime, plan } = task;
    const { ledger } = held;
    const { header } = ledger;
    const { clock } = runtime;
    const options = optionsOf({ ...header, workload: header.workload! });
    const { seed, start, startGiven } = header.workload!;
    checkResumeFlags(flags, options, header.workload!);
    const topicId = await prepareTopic(services.client, plan, { start, now: clock.now() });
    checkSame(header, { topicId, metadata: metadataDigest(services.metadata) });
    for (const [partition, found] of (await closeLedger(services.client, header, ledger.state)).entries())
      ledger.complete(partition, found);
    const workload = workloadOf({ plan, ...services, options, seed, start, run: header.run });
    const runs = replayedRuns(workload, ledger);
    const begin = clock.now() + leadMs;
    const next = nextIntended(workload, ledger);
    if (next === undefined) runtime.note(`run ${header.run} is complete: nothing is left to send`);
    const away = next === undefined || startGiven ? 0 : Math.max(0, Math.ceil(begin - next));
    if (away > 0) ledger.rebase(away);
    for (const run of runs) run.rebase(away);
    return send(task, services, held, { workload, runs, origin: clock.monotonic() + leadMs - (next ?? begin) - away });
  }).finally(() => releaseRun(held));
}

async function withServices<T>(task: GenerateTask, use: (services: Services) => Promise<T>): Promise<T> {
  const { runtime, home, profile, plan } = task;
  const domain = domainFor(plan);
  const needsRows = Object.keys(domain.reads).length > 0 || plan.metadata !== undefined;
  const endpoints = await resolveEndpoints(runtime, home, profile, needsRows ? ['kafka', 'postgres'] : ['kafka']);
  const metadata = needsRows ? await storedMetadata(runtime, endpoints.postgres, plan, domain) : {};
  const client = await connectKafka(endpoints.kafka!, 'pipe-generate', runtime.clock);
  try {
    return await use({ client, domain, metadata });
  } finally {
    await client.close();
  }
}

interface Sending {
  workload: Workload;
  runs: PartitionRun[];
  origin: number;
}

async function send(
  { runtime, plan, observe, report: reportPath }: GenerateTask,
  { client }: Services,
  { ledger }: HeldRun,
  { workload, runs, origin }: Sending,
): Promise<GenerateSummary> {
  const before = recordsIn(ledger);
  const { rate, durationMs } = workload;
  const unpaced = rate === 'max';
  const limit = unpaced && durationMs !== undefined ? { limitMs: durationMs } : {};
  const records = workload.events === undefined ? undefined : workload.events - before;
  const look = (figures: () => SendFigures) =>
    observe(
      { ...(durationMs === undefined ? {} : { durationMs }), ...(records === undefined ? {} : { records }) },
      figures,
    );
  const report =
    reportPath === undefined ? undefined : new SendReport(runtime, reportPath, ledger, unpaced ? undefined : origin);
  const reporting = report ? { report } : {};
  const task = { client, ledger, runs, origin, unpaced, ...limit, ...reporting, signal: runtime.signal, observe: look };
  const sent = await sendRun(task).finally(() => report?.close());
  return summaryOf(plan, workload, ledger, { before, ...sent });
}

function summaryOf(
  plan: Plan,
  workload: Workload,
  ledger: Ledger,
  { before, sent, elapsedMs, complete, lag, totals, acked }: SendResult & { before: number },
): GenerateSummary {
  const { run, topic } = ledger.header;
  const duration = complete && before === 0 ? Math.max(elapsedMs, scheduledMs(workload)) : elapsedMs;
  const sum = (kind: keyof SendResult['totals'][number]) => totals.reduce((all, one) => all + one[kind], 0);
  return {
    domain: plan.name,
    topic,
    run,
    keys: workload.partitions.reduce((all, { keys }) => all + keys.length, 0),
    seed: ledger.header.workload!.seed,
    start: new Date(workload.start).toISOString(),
    complete,
    sent: before + sent,
    acked: recordsIn(ledger),
    bytes: ledger.state.partitions.reduce((all, { bytes }) => all + bytes, 0),
    rate: { target: workload.rate, achieved: duration > 0 ? round(acked / (duration / 1000)) : 0 },
    schedule_lag_ms: lag,
    injected: {
      late: sum('late'),
      repeated: sum('repeated'),
      discarded: sum('discarded'),
      corrupted: sum('corrupted'),
    },
    duration_s: round(duration / 1000),
    resumed_from: before,
  };
}

/** Where the schedule ends beyond its last record: a run that is on time has the rate that was asked for. */
function scheduledMs({ rate, durationMs, arrival, events }: Workload): number {
  if (rate === 'max') return 0;
  if (durationMs !== undefined) return durationMs;
  return arrival.kind === 'constant' && events !== undefined ? (events / rate) * 1000 : 0;
}

function checkSame(header: Ledger['header'], now: { topicId: string; metadata: string }): void {
  if (header.topicId !== now.topicId)
    throw usageError(
      `run ${header.run} began in another topic of the name ${header.topic}: that one was deleted`,
      'Begin a new run: without --resume.',
      'TOPIC_RECREATED',
    );
  if (header.workload!.metadata !== now.metadata)
    throw usageError(
      `run ${header.run} began with other metadata rows: its events would not be the same`,
      'Seed the rows again that it began with, or begin a new run.',
      'METADATA_CHANGED',
    );
}

function recordsIn({ state }: Ledger): number {
  return state.partitions.reduce((sum, { records }) => sum + records, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

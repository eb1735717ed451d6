import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { connectKafka, type KafkaClient } from '../../broker/client.js';
import { type PartitionOffsets, partitionOffsets } from '../../broker/offsets.js';
import { ensureTopic, extendRetention, retentionOf, topicSpec } from '../../broker/topics.js';
import { withMetadata } from '../../metadata/connect.js';
import { type EnrichmentRows, readEnrichment } from '../../metadata/enrichment.js';
import type { Plan } from '../../pipeline/plan.js';
import { messageOf, missingError, PipeError, usageError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import { type OsLock, tryOsLock } from '../../runtime/os-lock.js';
import type { Runtime } from '../../runtime/runtime.js';
import { connectWriter } from '../../sink/client.js';
import { quoteIdentifier } from '../../sink/identifiers.js';
import { rawTable } from '../../sink/names.js';
import { ensureTables } from '../../sink/tables.js';
import type { Endpoints } from '../../stack/endpoints.js';
import { lockOwner } from '../../stack/process/lock.js';
import { fingerprintOf } from './basis.js';
import { Journal } from './journal.js';

export type EngineEndpoints = Required<Pick<Endpoints, 'kafka' | 'clickhouse' | 'postgres'>>;

/** Everything outside of the engine that it works on, held for as long as it runs. */
export interface Opened {
  folder: string;
  kafka: KafkaClient;
  clickhouse: ClickHouseClient;
  journal: Journal;
  topicId: string;
  offsets: PartitionOffsets[];
  endpoints: EngineEndpoints;
  /** Rows to join with, by step of the plan; undefined when PostgreSQL is away and the journal has those of the last run. */
  enrichment: EnrichmentRows | undefined;
  close(): Promise<void>;
}

/** Where the engine of a pipeline keeps its lock, checkpoints and intents. */
export function engineFolder(home: Home, plan: Pick<Plan, 'name'>): string {
  return join(home.checkpoints, plan.name);
}

/**
 * Takes the pipeline's lock, connects, makes topics and tables where they are missing, and reads what the last engine left. Throws a missing
 * error when another engine runs or a service does not, a usage error when state and topic do not belong together.
 */
export async function openEngine(
  runtime: Runtime,
  home: Home,
  plan: Plan,
  endpoints: EngineEndpoints,
): Promise<Opened> {
  const folder = engineFolder(home, plan);
  const lock = lockEngine(folder, plan, runtime.pid);
  const closing: (() => unknown)[] = [() => lock.release()];
  const close = async () => {
    for (const one of closing.reverse()) await one();
  };
  try {
    const kafka = await connectKafka(endpoints.kafka, `pipe-process-${plan.name}`, runtime.clock);
    closing.push(() => kafka.close());
    const topicId = await ensureTopics(kafka, plan, runtime.note);
    const offsets = await partitionOffsets(kafka, plan.topics.events);
    const clickhouse = connectWriter(endpoints.clickhouse);
    closing.push(() => clickhouse.close());
    await ensureTables(clickhouse, plan);
    const journal = new Journal(folder, (problem) => runtime.note(problem));
    closing.push(() => journal.close());
    await checkContinuity(clickhouse, plan, journal, topicId, offsets);
    const enrichment = await readRows(runtime, plan, endpoints, journal);
    return { folder, kafka, clickhouse, journal, topicId, offsets, endpoints, enrichment, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** An engine that was there before goes on without PostgreSQL: it has its rows, and follows the changes once the server is back. */
async function readRows(
  runtime: Runtime,
  plan: Plan,
  { postgres }: EngineEndpoints,
  journal: Journal,
): Promise<EnrichmentRows | undefined> {
  if (plan.enrich.length === 0) return [];
  try {
    return await withMetadata(postgres, (client) => readEnrichment(client, plan));
  } catch (error) {
    const away = error instanceof PipeError && ['POSTGRES_UNREACHABLE', 'POSTGRES_LOST'].includes(error.code);
    if (!away || journal.basisAt()?.pipeline !== fingerprintOf(plan)) throw error;
    runtime.note(`${error.message}; events are joined with the rows of the last run`);
    return undefined;
  }
}

function lockEngine(folder: string, plan: Plan, pid: number): OsLock {
  const path = join(folder, 'lock');
  const lock = tryOsLock(path);
  if (lock) {
    writeFileSync(path, `${pid}\n`);
    return lock;
  }
  throw missingError(
    `an engine for the pipeline ${plan.name} is running already (${lockOwner(path)})`,
    'One engine per pipeline and home: stop that one first. A frozen one still owns its state.',
    'ENGINE_RUNNING',
  );
}

/** The events topic, those for what no window counts, and that of the alerts; answers with the id of the first. */
async function ensureTopics(kafka: KafkaClient, plan: Plan, note: Runtime['note']): Promise<string> {
  const { events, deadLetters, late, alerts } = plan.topics;
  const id = await ensureTopic(kafka, topicSpec(plan, events));
  for (const name of [deadLetters, late, alerts]) await ensureTopic(kafka, topicSpec(plan, name));
  // Letters have the time of their events, and are not deleted before these. Looked at when their topics are there: a generator that raises it later sees them.
  const retentionMs = await retentionOf(kafka, events);
  for (const name of [deadLetters, late])
    await extendRetention(kafka, topicSpec(plan, name), retentionMs).catch((error) =>
      note(`the retention of ${name} cannot be raised to that of ${events}: ${messageOf(error)}`),
    );
  return id;
}

/** State, topic and stored rows must be of one history: a checkpoint of another topic, or rows without a checkpoint, would count twice or lose. */
async function checkContinuity(
  clickhouse: ClickHouseClient,
  plan: Plan,
  { restored }: Journal,
  topicId: string,
  offsets: readonly PartitionOffsets[],
): Promise<void> {
  if (!restored) return refuseOrphans(clickhouse, plan);
  const { meta } = restored;
  if (meta.topicId !== topicId)
    throw usageError(
      `topic ${plan.topics.events} is not the one that the engine's state belongs to: expected id ${meta.topicId}, found ${topicId}`,
      'It was deleted and made again. Let go of state and stored rows together: pipe down --purge, or another --home.',
      'TOPIC_RECREATED',
    );
  for (const { partition, begin } of offsets) {
    const position = meta.offsets[partition];
    if (position !== undefined && position < begin)
      throw usageError(
        `topic ${plan.topics.events}, partition ${partition}: the engine stands at offset ${position}, Kafka's oldest record is ${begin}`,
        'Records were deleted before they were processed: raise retention or max_bytes in the pipeline file, and begin anew with pipe down --purge.',
        'RECORDS_EXPIRED',
      );
  }
}

async function refuseOrphans(clickhouse: ClickHouseClient, plan: Plan): Promise<void> {
  const table = rawTable(plan);
  const result = await clickhouse.query({
    query: `SELECT 1 FROM ${quoteIdentifier(table)} LIMIT 1`,
    format: 'JSONEachRow',
  });
  if ((await result.json()).length === 0) return;
  throw usageError(
    `table ${table} has rows, but this home has no checkpoint that says which records they are`,
    `Use the home that wrote them, or let them go: TRUNCATE TABLE ${table}.`,
    'NO_CHECKPOINT',
  );
}

/** Whether an engine of this pipeline and home holds its lock at this moment. */
export function engineRuns(home: Home, plan: Pick<Plan, 'name'>): boolean {
  const lock = tryOsLock(join(engineFolder(home, plan), 'lock'));
  lock?.release();
  return lock === undefined;
}

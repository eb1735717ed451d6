import { join } from 'node:path';
import { connectKafka, type KafkaClient } from '../../broker/client.js';
import { partitionOffsets } from '../../broker/offsets.js';
import { newProducerId } from '../../broker/producer-identity.js';
import { ensureTopic, topicSpec } from '../../broker/topics.js';
import type { Plan } from '../../pipeline/plan.js';
import { messageOf, PipeError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import type { Runtime } from '../../runtime/runtime.js';
import { resolveEndpoints } from '../../stack/stack.js';
import { createRun, freeRunName, type HeldRun, releaseRun } from '../ledger/runs.js';
import type { Input } from './input.js';
import { type Judge, judgeFor } from './judge.js';
import { Rejects } from './rejects.js';
import { csvRows, ndjsonRows, type Row } from './rows.js';
import { TopicSender } from './topic-sender.js';

export interface IngestTask {
  runtime: Runtime;
  home: Home;
  profile: string | undefined;
  plan: Plan;
  input: Input;
  /** Events per second; as fast as acknowledgements allow without it. */
  rate?: number;
  observe(figures: () => IngestFigures): () => void;
}

export interface IngestFigures {
  sent: number;
  acked: number;
  elapsedMs: number;
}

/** What `ingest` answers. */
export interface IngestSummary {
  pipeline: string;
  topic: string;
  run: string;
  /** Whether the input was read to its end. */
  complete: boolean;
  sent: number;
  acked: number;
  rejected: number;
  /** The rejected lines as they came; null when there are none. */
  rejects: string | null;
  duration_s: number;
}

/**
 * Sends the events of a file. What the engine would make a dead letter of is refused here and kept; everything else is acknowledged, and
 * counted in a ledger as a run of its own, when this resolves.
 */
export async function ingest(task: IngestTask): Promise<IngestSummary> {
  const { runtime, home, profile } = task;
  const endpoints = await resolveEndpoints(runtime, home, profile, ['kafka']);
  const client = await connectKafka(endpoints.kafka, 'pipe-ingest', runtime.clock);
  try {
    const held = await beginRun(task, client);
    return await sendAll(task, client, held).finally(() => releaseRun(held));
  } finally {
    await client.close();
  }
}

async function beginRun({ runtime, home, plan, input }: IngestTask, client: KafkaClient): Promise<HeldRun> {
  const topic = plan.topics.events;
  const topicId = await ensureTopic(client, topicSpec(plan, topic));
  const { id, epoch } = await newProducerId(client);
  const createdAt = runtime.clock.now();
  return createRun(home, {
    version: 1,
    kind: 'ingest',
    run: freeRunName(home, plan.name, `ingest-${createdAt}`),
    pipeline: plan.name,
    topic,
    topicId,
    createdAt,
    producer: { id: String(id), epoch },
    partitions: (await partitionOffsets(client, topic)).map(({ end }) => ({ begin: end })),
    source: input.name,
  });
}

async function sendAll(task: IngestTask, client: KafkaClient, { ledger }: HeldRun): Promise<IngestSummary> {
  const { runtime, home, plan, input } = task;
  const { clock } = runtime;
  const { run, topic } = ledger.header;
  const rejects = new Rejects(join(home.results, `${run}-rejected.${input.format}`), input.name, runtime.note);
  const sender = new TopicSender(client, ledger);
  const begin = clock.monotonic();
  const figures = () => ({ sent: sender.sent, acked: sender.acked, elapsedMs: clock.monotonic() - begin });
  const stopLooking = task.observe(figures);
  let complete = false;
  try {
    // Whatever ends the reading: what was read before is sent.
    complete = await sendRows(task, sender, rejects).finally(() => sender.drain());
  } finally {
    stopLooking();
    rejects.close();
  }
  ledger.end(
    complete ? 'complete' : 'stopped',
    ledger.state.partitions.map(() => ({ ...nothing })),
  );
  return {
    pipeline: plan.name,
    topic,
    run,
    complete,
    sent: sender.sent,
    acked: sender.acked,
    rejected: rejects.count,
    rejects: rejects.count > 0 ? rejects.path : null,
    duration_s: Math.round(figures().elapsedMs) / 1000,
  };
}

const nothing = { late: 0, repeated: 0, discarded: 0, corrupted: 0 };

/** Answers whether the input was read to its end. A signal ends the reading at once. */
async function sendRows(task: IngestTask, sender: TopicSender, rejects: Rejects): Promise<boolean> {
  const { runtime, plan, input, rate } = task;
  const { clock, signal } = runtime;
  const judge = judgeFor(plan);
  const begin = clock.monotonic();
  const beginTime = clock.now();
  const stop = () => input.bytes.destroy();
  signal.addEventListener('abort', stop);
  try {
    for await (const row of rowsOf(task, judge, rejects)) {
      if (signal.aborted) return false;
      const elapsed = clock.monotonic() - begin;
      const due = rate === undefined ? elapsed : (sender.sent / rate) * 1000;
      if (due > elapsed) await clock.sleep(due - elapsed, signal).catch(() => undefined);
      const recordTime = beginTime + Math.floor(due);
      const problem = row.problem ?? problemOf(judge, row, recordTime);
      if (problem !== undefined) rejects.add(row.line, row.raw, problem);
      else await sender.send(recordTime, judge.keyOf(row.event!), row.value!);
    }
    return !signal.aborted;
  } catch (error) {
    // A reading that was cut off by the signal ends with an error of the stream's.
    if (signal.aborted && !(error instanceof PipeError)) return false;
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function rowsOf({ plan, input, runtime }: IngestTask, judge: Judge, rejects: Rejects): AsyncGenerator<Row> {
  if (input.format === 'ndjson') return ndjsonRows(input.bytes, judge);
  return csvRows(input.bytes, { plan, file: input.name, note: runtime.note, onHeader: rejects.beginWith });
}

function problemOf(judge: Judge, { event }: Row, recordTime: number): string | undefined {
  try {
    judge.check(event!, recordTime);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

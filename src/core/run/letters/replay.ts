import { partitionsOf, topicId } from '../../broker/topics.js';
import { choiceOf } from '../../pipeline/choice.js';
import { compileCheck } from '../../process/decode/validate.js';
import { missingError, usageError } from '../../runtime/errors.js';
import { judgeFor } from '../ingest/judge.js';
import { CheckpointStore } from '../process/checkpoint.js';
import { engineFolder } from '../process/open.js';
import { type DecisionRules, decide, type SkipReason, skipReasons } from './decide.js';
import { type LettersTask, type OpenLetters, withLetters } from './open.js';
import { readLetters } from './read-letters.js';
import type { Setting } from './repair.js';
import { replayedBefore } from './replay-log.js';
import { ReplayRun } from './replay-run.js';
import { checkPartition, describeSelection, matches, type Selection } from './selection.js';
import { lockReplays, settleReplays } from './settle.js';

export interface ReplayTask extends LettersTask {
  selection: Selection;
  /** Send at most so many. */
  limit?: number;
  settings: readonly Setting[];
  dryRun: boolean;
  /** Also those that were replayed before. */
  again: boolean;
  /** Also those that would be dead letters again. */
  force: boolean;
}

/** What `dlq replay` answers. */
export interface ReplaySummary {
  pipeline: string;
  topic: string;
  /** Null when nothing was sent. */
  run: string | null;
  dry_run: boolean;
  /** False when a signal ended it before all selected letters were looked at. */
  complete: boolean;
  /** Letters that the flags select, up to the limit. */
  selected: number;
  /** Of these, the ones to be sent; with --dry-run none of them was. */
  eligible: number;
  /** Acknowledged by Kafka. */
  replayed: number;
  skipped: Record<SkipReason, number>;
  /** Eligible events at or below what the engine's last watermark still takes: they will be counted as late, in no window. */
  late: number;
  /** Why letters were skipped as still_invalid, for the first ten. */
  problems: { partition: number; offset: number; problem: string }[];
}

const mostProblems = 10;

/**
 * Sends the selected letters to the events topic again: same partition, same key, same event id. Throws a usage error when no letter is selected at all,
 * a missing error when there is no topic or another replay runs.
 */
export function replayLetters(task: ReplayTask): Promise<ReplaySummary> {
  return withLetters(task, 'dead', async (open) => {
    const lock = task.dryRun ? undefined : lockReplays(task.home, task.plan);
    try {
      return await replayFrom(task, open);
    } finally {
      lock?.release();
    }
  });
}

async function replayFrom(task: ReplayTask, { client, topic, partitions }: OpenLetters): Promise<ReplaySummary> {
  const { runtime, home, plan, selection, limit = Number.POSITIVE_INFINITY, dryRun, again } = task;
  checkPartition(selection.partition, topic, partitions);
  const id = await eventsTopic(task, client);
  if (!dryRun) await settleReplays(client, home, plan, id);
  const before = await replayedBefore(client, home, plan);
  const rules = rulesOf(task);
  checkIdSetting(task, rules.event.id);
  const lateUpTo = engineWatermark(task, id) - plan.allowedLateness;
  const summary = emptySummary(task);
  const { skipped, problems } = summary;
  let run: ReplayRun | undefined;
  try {
    for await (const letter of readLetters(client, { topic, partition: selection.partition, note: runtime.note })) {
      if (runtime.signal.aborted || summary.eligible >= limit) break;
      if (!matches(selection, letter)) continue;
      summary.selected++;
      if (letter.topic !== plan.topics.events || letter.partition >= plan.partitions) skipped.other_topic++;
      else if (!again && before.has(letter)) skipped.replayed_before++;
      else {
        const now = runtime.clock.now();
        const decision = decide(letter, now, rules);
        if ('skip' in decision) {
          skipped[decision.skip]++;
          const { partition, offset } = letter;
          if (decision.problem !== undefined && problems.length < mostProblems)
            problems.push({ partition, offset, problem: decision.problem });
          continue;
        }
        summary.eligible++;
        if (decision.eventTime !== undefined && decision.eventTime <= lateUpTo) summary.late++;
        if (dryRun) continue;
        run ??= await ReplayRun.begin(client, home, plan, id);
        await run.add(letter, decision.send, now);
      }
    }
    await run?.flush();
    summary.complete = !runtime.signal.aborted;
    run?.end(summary.complete ? 'complete' : 'stopped');
  } finally {
    run?.close();
  }
  if (summary.selected === 0 && summary.complete) throw nothingSelected(task, topic);
  return { ...summary, run: run?.name ?? null, replayed: run?.replayed ?? 0 };
}

/** The id of the events topic, which must be as the plan has it. */
async function eventsTopic({ plan }: ReplayTask, client: OpenLetters['client']): Promise<string> {
  const { events } = plan.topics;
  const found = await partitionsOf(client, events);
  if (found === undefined)
    throw missingError(
      `there is no topic ${events} to replay to`,
      `It comes with: pipe generate ${choiceOf(plan)}`,
      'NO_TOPIC',
    );
  if (found !== plan.partitions)
    throw usageError(
      `topic ${events}: expected ${plan.partitions} partitions, found ${found}`,
      'A letter goes back to its own partition.',
      'PARTITIONS_CHANGED',
    );
  return topicId(client, events);
}

function rulesOf({ plan, settings, force }: ReplayTask): DecisionRules {
  const name = (column: number) => plan.fields[column]!.name;
  const check = compileCheck(plan.fields[plan.id]!);
  const event = {
    id: name(plan.id),
    time: name(plan.time),
    key: name(plan.key),
    isId: (value: unknown) => value !== undefined && value !== null && check(value) === 0,
  };
  return { judge: judgeFor(plan), settings, event, force };
}

function checkIdSetting({ settings, selection }: ReplayTask, id: string): void {
  if (selection.offset === undefined && settings.some(({ field }) => field === id))
    throw usageError(
      `--set ${id}: expected one letter, since an id is one event's`,
      'Choose it with --partition and --offset.',
    );
}

/** Of the last checkpoint of this topic: each partition's own watermark is there or further, unless it idled. */
function engineWatermark({ home, plan }: ReplayTask, topic: string): number {
  const meta = new CheckpointStore(engineFolder(home, plan)).latest(() => undefined)?.meta;
  return meta?.topicId === topic ? (meta.watermark ?? Number.NEGATIVE_INFINITY) : Number.NEGATIVE_INFINITY;
}

function emptySummary({ plan, dryRun }: ReplayTask): ReplaySummary {
  return {
    pipeline: plan.name,
    topic: plan.topics.events,
    run: null,
    dry_run: dryRun,
    complete: false,
    selected: 0,
    eligible: 0,
    replayed: 0,
    skipped: Object.fromEntries(skipReasons.map((reason) => [reason, 0])) as Record<SkipReason, number>,
    late: 0,
    problems: [],
  };
}

function nothingSelected({ plan, selection }: ReplayTask, topic: string): Error {
  const flags = describeSelection(selection);
  return usageError(
    flags === '' ? `${topic} holds no letter to replay` : `no letter of ${topic} fits ${flags}`,
    `What there is: pipe dlq list ${choiceOf(plan)} --count`,
    'NO_LETTER',
  );
}

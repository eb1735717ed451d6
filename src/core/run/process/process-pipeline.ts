import type { Plan } from '../../pipeline/plan.js';
import type { VerdictCounts } from '../../process/verdict.js';
import type { Home } from '../../runtime/home.js';
import type { Quantiles } from '../../runtime/latency-histogram.js';
import type { Runtime } from '../../runtime/runtime.js';
import { BlockCutter } from './cut.js';
import { EndOfInput } from './end-of-input.js';
import { type EngineProgress, EngineReport } from './engine-report.js';
import { IdlePartitions } from './idle-partitions.js';
import { type EngineEndpoints, type Opened, openEngine } from './open.js';
import { RecordQueue } from './record-queue.js';
import { RunningEngine } from './running-engine.js';
import { type EngineName, sources } from './sources/registry.js';
import type { Delivery } from './sources/source.js';
import { isStopped } from './stopped.js';

export interface ProcessOptions {
  engine: EngineName;
  /** End when everything that was in the topic at the start is processed; otherwise run until stopped. */
  untilCaughtUp: boolean;
  onProgress?: (progress: ProcessProgress) => void;
  /** A file for a report of each second. */
  report?: string;
}

export interface ProcessProgress {
  consumed: number;
  /** Records that were in the topic at the start and are still to come; for a bounded run. */
  left: number;
  elapsedMs: number;
}

/** Counts are those of this run. */
export interface ProcessReport {
  engine: EngineName;
  consumed: number;
  aggregated: number;
  late: number;
  duplicates: number;
  dead_letters: number;
  windows_emitted: number;
  alerts: number;
  duration_s: number;
  events_per_s: number;
  /** From the intended send time to the acknowledged row. */
  latency_ms: Quantiles;
}

/** A block is stored no sooner than this after the one before, so that ClickHouse gets few parts and not thousands. */
const blockIntervalMs = 100;
/** A block that takes longer says that ClickHouse was away or slow: the time tells nothing of partitions whose records had to wait. */
const stallMs = 1_000;
const blockRecords = 100_000;
const queueBytes = 64 << 20;
const checkpointIntervalMs = 15_000;

/** Reads the pipeline's topic from where the last run stood, and stores events and windows, until stopped or caught up. */
export async function processPipeline(
  runtime: Runtime,
  home: Home,
  plan: Plan,
  endpoints: EngineEndpoints,
  options: ProcessOptions,
): Promise<ProcessReport> {
  const opened = await openEngine(runtime, home, plan, endpoints);
  try {
    const running = new RunningEngine(runtime, plan, opened, { bySecond: options.report !== undefined });
    const before = totals(running);
    const begun = runtime.clock.monotonic();
    const standing = () => standingOf(running, before, opened);
    const { report: path } = options;
    const report = path === undefined ? undefined : new EngineReport(runtime, path, running.latency, standing());
    const onBlock = () => report?.note(standing());
    try {
      await running.connect();
      runtime.note(`processing ${plan.topics.events}, ${whereFrom(running, opened)}`);
      await run(runtime, plan, opened, running, { ...options, onBlock });
    } catch (error) {
      if (!isStopped(error)) throw error;
      runtime.note(`${error.message}. The next start takes it up.`);
    } finally {
      await running.close();
      await report?.close();
    }
    return reportOf(options.engine, running, before, (runtime.clock.monotonic() - begun) / 1000);
  } finally {
    await opened.close();
  }
}

async function run(
  runtime: Runtime,
  plan: Plan,
  opened: Opened,
  running: RunningEngine,
  options: ProcessOptions & { onBlock(): void },
): Promise<void> {
  const { clock, signal } = runtime;
  const ends = new Map(opened.offsets.map(({ partition, end }) => [partition, end]));
  const end = options.untilCaughtUp ? new EndOfInput(ends) : undefined;
  const idle = new IdlePartitions(ends.keys(), plan.idleTimeout, clock.monotonic());
  const queue = new RecordQueue(queueBytes);
  const reading = new AbortController();
  const stop = AbortSignal.any([signal, reading.signal]);
  let failure: unknown;
  const source = sources[options.engine](runtime, opened.kafka, plan.topics.events)
    .run(running.positions, (delivery) => queue.push(delivery), stop)
    .catch((error: unknown) => {
      failure = error ?? new Error('reading ended');
      queue.wake();
    });
  const idleNow = () => (end ? [] : idle.at(clock.monotonic()));
  const begun = clock.monotonic();
  let lastCheckpoint = begun;
  let consumed = 0;

  try {
    let pending = await recover();
    // Stopped before all that was announced is judged again: the checkpoint that was restored still holds, a new one would not.
    if (!pending) return;
    running.settle();
    while (!signal.aborted && !end?.reachedBy(running.positions)) {
      const deliveries = [...pending, ...(await queue.take(blockRecords, blockIntervalMs))]
        .map((delivery) => (end ? end.below(delivery, running.positions) : delivery))
        .filter((delivery) => delivery !== undefined);
      pending = [];
      if (failure) throw failure;
      running.takeChanges();
      const started = clock.monotonic();
      for (const { records } of deliveries) idle.read(records.partition, started);
      if (deliveries.length > 0) await running.apply(deliveries, idleNow());
      else await running.emit(idleNow());
      const took = clock.monotonic() - started;
      if (took > stallMs) idle.skip(took);
      consumed += deliveries.reduce((sum, { records }) => sum + records.size, 0);
      options.onBlock();
      options.onProgress?.({ consumed, left: leftOf(ends, running.positions), elapsedMs: clock.monotonic() - begun });
      if (clock.monotonic() - lastCheckpoint >= checkpointIntervalMs) {
        running.checkpoint({ clean: false, complete: false });
        lastCheckpoint = clock.monotonic();
      }
      if (!queue.holds(blockRecords))
        await clock.sleep(started + blockIntervalMs - clock.monotonic(), signal).catch(() => undefined);
    }
    const complete = end?.reachedBy(running.positions) === true;
    if (complete) await running.finish();
    options.onBlock();
    running.checkpoint({ clean: true, complete });
  } finally {
    reading.abort();
    queue.close();
    await source;
  }

  /** Judges again what lies behind the checkpoint, in the blocks that were announced; answers with what was read beyond, undefined when stopped. */
  async function recover(): Promise<Delivery[] | undefined> {
    const cutter = new BlockCutter();
    for (const known of opened.journal.outstanding) {
      let block = cutter.block(known.intent.ranges);
      while (!block) {
        if (signal.aborted) return undefined;
        for (const delivery of await queue.take(blockRecords, blockIntervalMs)) cutter.feed(delivery);
        if (failure) throw failure;
        block = cutter.block(known.intent.ranges);
      }
      await running.replay(block, known);
    }
    return cutter.rest();
  }
}

function whereFrom({ positions }: RunningEngine, { offsets, journal }: Opened): string {
  const behind = offsets.reduce((sum, { partition, end }) => sum + end - positions.get(partition)!, 0);
  const open = journal.outstanding.length;
  const after = open > 0 ? `; ${open} blocks after the last checkpoint are judged again` : '';
  return `${offsets.length} partitions, ${behind} events behind${after}`;
}

function leftOf(ends: ReadonlyMap<number, number>, positions: ReadonlyMap<number, number>): number {
  return [...ends].reduce((sum, [partition, end]) => sum + Math.max(0, end - positions.get(partition)!), 0);
}

function totals(running: RunningEngine): VerdictCounts {
  const sum: VerdictCounts = { consumed: 0, deadLetters: 0, late: 0, lateIdle: 0, duplicates: 0, aggregated: 0 };
  for (const counts of running.engine.counts())
    for (const name of Object.keys(sum) as (keyof VerdictCounts)[]) sum[name] += counts[name];
  return sum;
}

function since(running: RunningEngine, before: VerdictCounts): VerdictCounts {
  const counts = totals(running);
  for (const name of Object.keys(counts) as (keyof VerdictCounts)[]) counts[name] -= before[name];
  return counts;
}

function standingOf(running: RunningEngine, before: VerdictCounts, { offsets }: Opened): EngineProgress {
  return {
    verdicts: since(running, before),
    left: leftOf(new Map(offsets.map(({ partition, end }) => [partition, end])), running.positions),
    windowsEmitted: running.windows.emitted,
    watermark: running.engine.watermark,
  };
}

function reportOf(engine: EngineName, running: RunningEngine, before: VerdictCounts, seconds: number): ProcessReport {
  const verdicts = since(running, before);
  return {
    engine,
    consumed: verdicts.consumed,
    aggregated: verdicts.aggregated,
    late: verdicts.late + verdicts.lateIdle,
    duplicates: verdicts.duplicates,
    dead_letters: verdicts.deadLetters,
    windows_emitted: running.windows.emitted,
    alerts: 0,
    duration_s: seconds,
    events_per_s: verdicts.consumed / seconds,
    latency_ms: running.latency.rows.quantiles(),
  };
}

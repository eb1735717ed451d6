import { partitionOffsets } from '../../broker/offsets.js';
import type { Plan } from '../../pipeline/plan.js';
import type { Alert } from '../../process/detect/kind.js';
import { noVerdicts, type VerdictCounts } from '../../process/verdict.js';
import { usageError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import { LatencyHistogram, type Quantiles } from '../../runtime/latency-histogram.js';
import type { Runtime } from '../../runtime/runtime.js';
import { BlockCutter } from './cut.js';
import { EndOfInput } from './end-of-input.js';
import type { Measured } from './engine-latencies.js';
import type { EngineLook } from './engine-look.js';
import { type EngineProgress, EngineReport } from './engine-report.js';
import { Conductor } from './lanes/conductor.js';
import type { Lane } from './lanes/host.js';
import { LaneWatch } from './lanes/lane-watch.js';
import { LocalLane } from './lanes/local-lane.js';
import { ThreadLane } from './lanes/thread-lane.js';
import { type EngineEndpoints, type Opened, openEngine } from './open.js';
import { Reader } from './reader.js';
import { RunningEngine } from './running-engine.js';
import { type EngineName, sources } from './sources/registry.js';
import type { Delivery } from './sources/source.js';
import { isStopped } from './stopped.js';

export interface ProcessOptions {
  engine: EngineName;
  /** Threads that read, judge and store; never more than there are partitions. */
  workers: number;
  /** End when everything that was in the topic at the start is processed; otherwise run until stopped. */
  untilCaughtUp: boolean;
  onProgress?: (progress: ProcessProgress) => void;
  /** A file for a report of each second. */
  report?: string;
  /** Called once with a way to look at the engine while it runs; answers with what ends the looking. */
  observe?: (look: EngineLook) => () => void;
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
  workers: number;
  consumed: number;
  aggregated: number;
  late: number;
  duplicates: number;
  dead_letters: number;
  windows_emitted: number;
  alerts: number;
  /** Of these, by event time, newest first. */
  newest_alerts: readonly Alert[];
  duration_s: number;
  events_per_s: number;
  /** From the intended send time to the acknowledged row. */
  latency_ms: Quantiles;
}

const queueBytes = 64 << 20;

/** Reads the pipeline's topic from where the last run stood, and stores events and windows, until stopped or caught up. */
export async function processPipeline(
  runtime: Runtime,
  home: Home,
  plan: Plan,
  endpoints: EngineEndpoints,
  options: ProcessOptions,
): Promise<ProcessReport> {
  checkWorkers(options);
  const opened = await openEngine(runtime, home, plan, endpoints);
  try {
    const running = new RunningEngine(runtime, plan, opened, { bySecond: options.report !== undefined });
    const before = totals(running.engine.counts());
    const begun = runtime.clock.monotonic();
    const work = new Work(runtime, plan, opened, running, options);
    const report =
      options.report === undefined
        ? undefined
        : new EngineReport(runtime, options.report, () => running.processor.latencies.take(), work.standing(before));
    work.onBlock = (measured) => {
      if (measured) report?.add(measured);
      report?.note(work.standing(before));
    };
    const stopLooking = options.observe?.(work.look(before));
    try {
      await running.connect();
      runtime.note(`processing ${plan.topics.events}, ${whereFrom(running, opened)}`);
      await work.run();
    } catch (error) {
      if (!isStopped(error)) throw error;
      runtime.note(`${error.message}. The next start takes it up.`);
    } finally {
      stopLooking?.();
      await work.close();
      await running.close();
      await report?.close();
    }
    return work.report(before, (runtime.clock.monotonic() - begun) / 1000);
  } finally {
    await opened.close();
  }
}

function checkWorkers({ engine, workers }: ProcessOptions): void {
  if (workers > 1 && engine === 'reference')
    throw usageError(
      `expected one worker for the reference engine, got ${workers}`,
      'Its consumer reads all partitions: leave --workers out, or take --engine builtin.',
    );
}

/** One run: recovery in this thread, then lanes, whose number need not be that of the run before. */
class Work {
  private readonly runtime: Runtime;
  private readonly plan: Plan;
  private readonly opened: Opened;
  private readonly running: RunningEngine;
  private readonly options: ProcessOptions;
  private readonly ends: ReadonlyMap<number, number>;
  private readonly workers: number;
  private readonly reader: Reader;
  /** A block is done, or windows were emitted. */
  onBlock: (measured?: Measured) => void = () => undefined;
  private lanes: readonly Lane[] = [];
  private watch: LaneWatch | undefined;

  constructor(runtime: Runtime, plan: Plan, opened: Opened, running: RunningEngine, options: ProcessOptions) {
    this.runtime = runtime;
    this.plan = plan;
    this.opened = opened;
    this.running = running;
    this.options = options;
    this.ends = new Map(opened.offsets.map(({ partition, end }) => [partition, end]));
    this.workers = Math.min(options.workers, this.ends.size);
    const source = sources[options.engine](runtime, opened.kafka, plan.topics.events);
    this.reader = new Reader(source, running.processor.positions, queueBytes);
  }

  async run(): Promise<void> {
    const { runtime, running, ends, options, plan } = this;
    const { clock } = runtime;
    const begun = clock.monotonic();
    const pending = await this.recover();
    // Stopped before all that was announced is judged again: the checkpoint that was restored still holds, a new one would not.
    if (!pending) return;
    await running.settle();
    const partitions = this.partitionsByLane();
    const known = { counts: running.engine.counts(), positions: running.processor.positions };
    const watch = new LaneWatch(partitions, known, plan.idleTimeout, clock.monotonic());
    this.watch = watch;
    await this.openLanes(partitions, pending);
    const end = this.end();
    const conducted = new Conductor(runtime, running, this.lanes, watch, {
      endedAt: end && ((positions) => end.reachedBy(positions)),
      onProgress: (consumed) => {
        this.onBlock();
        options.onProgress?.({
          consumed,
          left: leftOf(ends, watch.positions),
          elapsedMs: clock.monotonic() - begun,
        });
      },
      onDone: ({ measured }) => this.onBlock(measured),
    });
    await conducted.run();
  }

  async close(): Promise<void> {
    await this.reader.close();
    await Promise.all(this.lanes.map((lane) => lane.close()));
  }

  /** Where it stands, in counts of this run. */
  standing(before: VerdictCounts): EngineProgress {
    const { running, ends } = this;
    return {
      verdicts: this.since(before),
      left: leftOf(ends, this.watch?.positions ?? running.processor.positions),
      windowsEmitted: running.windows.emitted,
      watermark: running.engine.watermark,
    };
  }

  look(before: VerdictCounts): EngineLook {
    const { running, opened, plan } = this;
    return {
      progress: () => this.standing(before),
      alerts: () => running.raised.count,
      checkpoint: () => running.lastCheckpoint,
      latency: () => this.latency(),
      lag: async () => {
        const ends = await partitionOffsets(opened.kafka, plan.topics.events);
        const positions = this.watch?.positions ?? running.processor.positions;
        return new Map(ends.map(({ partition, end }) => [partition, Math.max(0, end - positions.get(partition)!)]));
      },
    };
  }

  report(before: VerdictCounts, seconds: number): ProcessReport {
    const { running, options, workers } = this;
    const verdicts = this.since(before);
    return {
      engine: options.engine,
      workers,
      consumed: verdicts.consumed,
      aggregated: verdicts.aggregated,
      late: verdicts.late + verdicts.lateIdle,
      duplicates: verdicts.duplicates,
      dead_letters: verdicts.deadLetters,
      windows_emitted: running.windows.emitted,
      alerts: running.raised.count,
      newest_alerts: running.raised.newest,
      duration_s: seconds,
      events_per_s: verdicts.consumed / seconds,
      latency_ms: this.latency().quantiles(),
    };
  }

  /** Judges again what lies behind the checkpoint, in the blocks that were announced; answers with what was read beyond, undefined when stopped. */
  private async recover(): Promise<Delivery[] | undefined> {
    const cutter = new BlockCutter();
    for (const known of this.opened.journal.outstanding) {
      let block = cutter.block(known.intent.ranges);
      while (!block) {
        if (this.runtime.signal.aborted) return undefined;
        for (const delivery of await this.reader.take()) cutter.feed(delivery);
        block = cutter.block(known.intent.ranges);
      }
      await this.running.replay(block, known);
    }
    return cutter.rest();
  }

  private partitionsByLane(): number[][] {
    const lanes = Array.from({ length: this.workers }, (): number[] => []);
    for (const [index, partition] of [...this.ends.keys()].entries()) lanes[index % this.workers]!.push(partition);
    return lanes;
  }

  private async openLanes(partitions: readonly number[][], pending: Delivery[]): Promise<void> {
    const { runtime, plan, opened, running, options, reader } = this;
    if (this.workers === 1) {
      const input = { reader, pending, end: this.end() };
      this.lanes = [new LocalLane(runtime, running.engine, running.processor, input)];
      return;
    }
    await reader.close();
    const { endpoints, topicId } = opened;
    const opening = running.divide(partitions).map((begins, index) =>
      ThreadLane.open(runtime, {
        ...begins,
        name: `pipe-process-${plan.name}-${index}`,
        plan,
        endpoints,
        topicId,
        engine: options.engine,
        bySecond: options.report !== undefined,
        queueBytes: Math.floor(queueBytes / this.workers),
        ends: options.untilCaughtUp
          ? new Map(begins.partitions.map((each) => [each, this.ends.get(each)!]))
          : undefined,
      }),
    );
    const results = await Promise.allSettled(opening);
    this.lanes = results.filter((each) => each.status === 'fulfilled').map(({ value }) => value);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  private latency(): LatencyHistogram {
    return LatencyHistogram.merge(this.lanes.map((lane) => lane.latency));
  }

  private since(before: VerdictCounts): VerdictCounts {
    const counts = totals(this.watch?.standings ?? this.running.engine.counts());
    for (const name of Object.keys(counts) as (keyof VerdictCounts)[]) counts[name] -= before[name];
    return counts;
  }

  private end(): EndOfInput | undefined {
    return this.options.untilCaughtUp ? new EndOfInput(this.ends) : undefined;
  }
}

function whereFrom({ processor: { positions } }: RunningEngine, { offsets, journal }: Opened): string {
  const behind = offsets.reduce((sum, { partition, end }) => sum + end - positions.get(partition)!, 0);
  const open = journal.outstanding.length;
  const after = open > 0 ? `; ${open} blocks after the last checkpoint are judged again` : '';
  return `${offsets.length} partitions, ${behind} events behind${after}`;
}

function leftOf(ends: ReadonlyMap<number, number>, positions: ReadonlyMap<number, number>): number {
  return [...ends].reduce((sum, [partition, end]) => sum + Math.max(0, end - positions.get(partition)!), 0);
}

function totals(partitions: readonly VerdictCounts[]): VerdictCounts {
  const sum = noVerdicts();
  for (const counts of partitions)
    for (const name of Object.keys(sum) as (keyof VerdictCounts)[]) sum[name] += counts[name];
  return sum;
}

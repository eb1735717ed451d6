import { partitionOffsets } from '../../broker/offsets.js';
import type { Plan } from '../../pipeline/plan.js';
import type { PartitionCounts } from '../../process/engine.js';
import type { VerdictCounts } from '../../process/verdict.js';
import { LatencyHistogram } from '../../runtime/latency-histogram.js';
import type { Runtime } from '../../runtime/runtime.js';
import { type ReasonCounts, reasonsOf, totals } from './counts.js';
import { BlockCutter } from './cut.js';
import { EndOfInput } from './end-of-input.js';
import { figuresOf } from './engine-figures.js';
import type { Measured } from './engine-latencies.js';
import type { EngineLook } from './engine-look.js';
import type { EngineProgress } from './engine-report.js';
import { Conductor } from './lanes/conductor.js';
import type { Lane } from './lanes/host.js';
import { LaneWatch } from './lanes/lane-watch.js';
import { LocalLane } from './lanes/local-lane.js';
import { ThreadLane } from './lanes/thread-lane.js';
import type { Opened } from './open.js';
import type { ProcessOptions } from './process-options.js';
import type { ProcessReport } from './process-report.js';
import { Reader } from './reader.js';
import type { RunningEngine } from './running-engine.js';
import { sources } from './sources/registry.js';
import type { Delivery } from './sources/source.js';

const queueBytes = 64 << 20;

/** One run: recovery in this thread, then lanes, whose number need not be that of the run before. */
export class EngineRun {
  private readonly runtime: Runtime;
  private readonly plan: Plan;
  private readonly opened: Opened;
  private readonly running: RunningEngine;
  private readonly options: ProcessOptions;
  /** What was counted before it. */
  private readonly before: VerdictCounts;
  private readonly reasonsBefore: ReasonCounts;
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
    this.before = totals(running.engine.counts());
    this.reasonsBefore = reasonsOf(running.engine.counts());
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
  standing(): EngineProgress {
    const { running, ends } = this;
    return {
      verdicts: this.verdicts(),
      left: leftOf(ends, this.positions),
      windowsEmitted: running.windows.emitted,
      watermark: running.engine.watermark,
    };
  }

  look(): EngineLook {
    const { running, opened, plan } = this;
    return {
      progress: () => this.standing(),
      alerts: () => running.raised.count,
      checkpoint: () => running.lastCheckpoint,
      deadLetters: () => reasonsOf(this.counts(), this.reasonsBefore),
      figures: () => figuresOf(running.engine, this.lanes),
      lag: async () => {
        const ends = await partitionOffsets(opened.kafka, plan.topics.events);
        const { positions } = this;
        return new Map(ends.map(({ partition, end }) => [partition, Math.max(0, end - positions.get(partition)!)]));
      },
    };
  }

  report(seconds: number): ProcessReport {
    const { running, options, workers } = this;
    const verdicts = this.verdicts();
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

  private counts(): readonly PartitionCounts[] {
    return this.watch?.standings ?? this.running.engine.counts();
  }

  private verdicts(): VerdictCounts {
    return totals(this.counts(), this.before);
  }

  /** Next offset that no block has, by partition. */
  private get positions(): ReadonlyMap<number, number> {
    return this.watch?.positions ?? this.running.processor.positions;
  }

  private end(): EndOfInput | undefined {
    return this.options.untilCaughtUp ? new EndOfInput(this.ends) : undefined;
  }
}

function leftOf(ends: ReadonlyMap<number, number>, positions: ReadonlyMap<number, number>): number {
  return [...ends].reduce((sum, [partition, end]) => sum + Math.max(0, end - positions.get(partition)!), 0);
}

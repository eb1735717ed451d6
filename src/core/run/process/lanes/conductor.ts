import type { Runtime } from '../../../runtime/runtime.js';
import type { OffsetRange } from '../intent-log.js';
import { blockIntervalMs } from '../reader.js';
import type { RunningEngine } from '../running-engine.js';
import { isStopped } from '../stopped.js';
import type { BlockResult, Lane, LaneHost, LaneState } from './host.js';
import type { LaneWatch } from './lane-watch.js';
import { News } from './news.js';

const checkpointIntervalMs = 15_000;

export interface ConductorOptions {
  /** For a bounded run: whether these positions are its end. No partition is idle then. */
  endedAt: ((positions: ReadonlyMap<number, number>) => boolean) | undefined;
  /** Records of the blocks that are done. */
  onProgress(consumed: number): void;
  onDone(result: BlockResult): void;
}

/** Runs lanes side by side: announces their blocks, merges what they hand over, emits windows, and brings all lanes to rest for a checkpoint. */
export class Conductor {
  private readonly runtime: Pick<Runtime, 'clock' | 'signal'>;
  private readonly running: RunningEngine;
  private readonly lanes: readonly Lane[];
  private readonly options: ConductorOptions;
  private readonly watch: LaneWatch;
  private readonly news: News;
  private readonly stopping = new AbortController();
  /** While lanes are brought to rest no block begins. */
  private rest: Promise<void> | undefined;
  private failure: { error: unknown } | undefined;
  private consumed = 0;

  constructor(
    runtime: Pick<Runtime, 'clock' | 'signal'>,
    running: RunningEngine,
    lanes: readonly Lane[],
    watch: LaneWatch,
    options: ConductorOptions,
  ) {
    this.runtime = runtime;
    this.running = running;
    this.lanes = lanes;
    this.watch = watch;
    this.options = options;
    this.news = new News(runtime.clock);
  }

  /** Until stopped, or at the end of a bounded run; then the last checkpoint is written. Throws what a lane failed with. */
  async run(): Promise<void> {
    const { clock, signal } = this.runtime;
    const stop = AbortSignal.any([signal, this.stopping.signal]);
    let over = false;
    const ended = Promise.all(
      this.lanes.map((lane, index) => lane.run(this.hostOf(index), stop).catch((error) => this.fail(error))),
    ).then(() => {
      over = true;
      this.news.tell();
    });
    let lastCheckpoint = clock.monotonic();
    try {
      while (!over && !this.failure) {
        await this.news.next(blockIntervalMs);
        this.takeChanges();
        await this.emit();
        this.options.onProgress(this.consumed);
        if (clock.monotonic() - lastCheckpoint < checkpointIntervalMs) continue;
        await this.atRest(() => this.checkpoint({ clean: false, complete: false }));
        lastCheckpoint = clock.monotonic();
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.stopping.abort();
      await ended;
    }
    if (this.failure) throw this.failure.error;
    await this.emit();
    await this.checkpoint({ clean: true, complete: this.options.endedAt?.(this.watch.positions) === true });
  }

  private hostOf(lane: number): LaneHost {
    const { clock } = this.runtime;
    const { watch, running } = this;
    return {
      looked: () => watch.looked(lane, clock.monotonic()),
      begin: async (ranges: OffsetRange[]) => {
        while (this.rest) await this.rest;
        this.takeChanges();
        watch.began(lane, ranges, clock.monotonic());
        return running.begin(ranges);
      },
      again: (attempt) => running.again(attempt),
      done: (result: BlockResult) => {
        try {
          running.done(result);
          watch.ended(lane, result.counts, clock.monotonic());
          this.consumed += result.records;
          this.options.onDone(result);
        } catch (error) {
          this.fail(error);
        }
        this.news.tell();
      },
    };
  }

  private takeChanges(): void {
    this.running.takeChanges(this.watch.positions, (changes) => {
      for (const lane of this.lanes) lane.change(changes);
    });
  }

  private async emit(): Promise<void> {
    if (this.options.endedAt) return this.running.emit([], this.watch.standings);
    for (const known of this.watch.toEmpty()) {
      const partials = await this.lanes[known.lane]!.empty();
      if (partials) this.running.engine.receive(partials);
      this.watch.emptied(known);
    }
    await this.running.emit(this.watch.idle(), this.watch.standings);
  }

  /** Runs `work` while no block is under way. */
  private async atRest(work: () => Promise<void>): Promise<void> {
    let release = () => {};
    this.rest = new Promise((resolve) => {
      release = resolve;
    });
    try {
      while (this.watch.busy && !this.failure) await this.news.next(blockIntervalMs);
      if (!this.failure) await work();
    } finally {
      this.rest = undefined;
      release();
    }
  }

  private async checkpoint(how: { clean: boolean; complete: boolean }): Promise<void> {
    const { running, watch } = this;
    const states: LaneState[] = await Promise.all(this.lanes.map((lane) => lane.state()));
    for (const { engine } of states) if (engine) running.engine.receive(engine.partials);
    const { standings: counts, positions } = watch;
    if (how.complete) await running.finish(counts);
    running.checkpoint(how, { counts, positions }, states);
  }

  /** The others end too. That the run was told to stop says less than what else went wrong. */
  private fail(error: unknown): void {
    if (!this.failure || isStopped(this.failure.error)) this.failure = { error };
    this.stopping.abort();
    this.news.tell();
  }
}

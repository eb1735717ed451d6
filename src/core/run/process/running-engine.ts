import { join } from 'node:path';
import type { Plan } from '../../pipeline/plan.js';
import { ReferenceDecoder } from '../../process/decode/reference.js';
import { Dictionary } from '../../process/dictionary.js';
import { Engine } from '../../process/engine.js';
import { EnrichmentTables } from '../../process/enrich.js';
import { Verdict } from '../../process/verdict.js';
import { messageOf } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { InsertOptions } from '../../sink/insert.js';
import { BlockMaker } from './block.js';
import { BlockStore } from './block-store.js';
import { verdictTotals } from './checkpoint.js';
import type { Outstanding } from './journal.js';
import { LatencyRecorder } from './latency.js';
import { Letters } from './letters.js';
import type { Opened } from './open.js';
import type { Delivery } from './sources/source.js';
import { VersionCounter } from './version-counter.js';
import { WindowStore } from './window-store.js';

/**
 * The engine with its state restored and its way out connected. Blocks go through `apply` one after another; in between, and only then, a
 * `checkpoint` can be cut.
 */
export class RunningEngine {
  readonly engine: Engine;
  readonly latency = new LatencyRecorder();
  readonly windows: WindowStore;
  /** Next offset to consume, by partition. */
  readonly positions: Map<number, number>;
  private readonly runtime: Runtime;
  private readonly plan: Plan;
  private readonly opened: Opened;
  private readonly maker: BlockMaker;
  private readonly blocks: BlockStore;
  private readonly letters: Letters;

  constructor(runtime: Runtime, plan: Plan, opened: Opened) {
    this.runtime = runtime;
    this.plan = plan;
    this.opened = opened;
    const dictionary = new Dictionary();
    const enrichment = new EnrichmentTables(plan, dictionary);
    for (const [step, rows] of opened.enrichment.entries()) enrichment.loadStep(step, rows);
    this.engine = new Engine(
      plan,
      opened.offsets.map(({ partition }) => partition),
      { dictionary, enrichment },
    );
    const { restored } = opened.journal;
    if (restored) this.engine.restore(restored.sections);
    this.positions = new Map(
      opened.offsets.map(({ partition, begin }) => [partition, restored?.meta.offsets[partition] ?? begin]),
    );
    this.maker = new BlockMaker(plan, this.engine, new ReferenceDecoder(plan, dictionary));
    const options = this.insertOptions();
    this.blocks = new BlockStore(opened.clickhouse, plan, opened.topicId, this.maker, options);
    const versions = new VersionCounter(join(opened.folder, 'starts'));
    this.windows = new WindowStore(opened.clickhouse, plan, versions, { now: () => runtime.clock.now(), options });
    this.letters = new Letters(plan, opened.kafka);
  }

  connect(): Promise<void> {
    return this.letters.connect();
  }

  close(): Promise<void> {
    return this.letters.close();
  }

  /** Judges the deliveries as one block and stores what follows from it. `known` is the intent that announced this very block before a crash. */
  async apply(deliveries: readonly Delivery[], idle: Iterable<number>, known?: Outstanding): Promise<void> {
    const { journal } = this.opened;
    const block = this.maker.make(deliveries, this.positions);
    if (!known?.done) {
      for (const { batch, verdicts } of block.judged) this.letters.collect(batch, verdicts);
      const intent = known?.intent ?? journal.begin(block.ranges);
      await Promise.all([this.letters.flush(), this.blocks.store(block, intent, journal.log, known !== undefined)]);
      journal.log.done(intent.number);
      const now = this.runtime.clock.now();
      for (const { batch, verdicts } of block.judged) this.latency.record(batch, verdicts, Verdict.aggregated, now);
    }
    await this.emit(idle);
  }

  /** Stores the windows that are due. */
  async emit(idle: Iterable<number>): Promise<void> {
    await this.windows.store(this.engine.advance(idle));
  }

  /** End of the input: open windows are stored as provisional. */
  async finish(): Promise<void> {
    await this.emit([]);
    await this.windows.store(this.engine.finish());
  }

  /** Writes the state of this moment; `clean` when the engine ends, `complete` when open windows were stored too. */
  checkpoint({ clean, complete }: { clean: boolean; complete: boolean }): void {
    const { journal, topicId } = this.opened;
    const { watermark } = this.engine;
    journal.checkpoint({
      meta: {
        pipeline: this.plan.name,
        topicId,
        takenAt: this.runtime.clock.now(),
        intent: journal.lastIntent,
        offsets: Object.fromEntries(this.positions),
        verdicts: Object.fromEntries(this.engine.counts().map((counts) => [counts.partition, verdictTotals(counts)])),
        watermark: Number.isFinite(watermark) ? watermark : null,
        clean,
        complete,
      },
      sections: this.engine.snapshot(),
    });
  }

  /** ClickHouse away is waited for, with growing pauses, until the run is told to stop. */
  private insertOptions(): InsertOptions {
    const { signal } = this.runtime;
    return {
      retries: Number.POSITIVE_INFINITY,
      signal,
      onRetry: ({ error, number }) =>
        this.runtime.note(`ClickHouse: ${messageOf(error)}; attempt ${number + 1} follows`),
    };
  }
}

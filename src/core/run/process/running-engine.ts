import { join } from 'node:path';
import { type ChangeSet, countChanges } from '../../metadata/changes/change-set.js';
import { ChangeFollower } from '../../metadata/changes/follow.js';
import type { Plan } from '../../pipeline/plan.js';
import type { Decoder } from '../../process/decode/decoder.js';
import { ReferenceDecoder } from '../../process/decode/reference.js';
import { Dictionary } from '../../process/dictionary.js';
import { Engine } from '../../process/engine.js';
import { EnrichmentTables } from '../../process/enrich.js';
import { messageOf, usageError } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { InsertOptions } from '../../sink/insert.js';
import { AggregatedDays } from './aggregated-days.js';
import { type Basis, fingerprintOf } from './basis.js';
import { type Block, BlockMaker } from './block.js';
import { BlockStore } from './block-store.js';
import { verdictTotals } from './checkpoint.js';
import { EngineLatencies } from './engine-latencies.js';
import type { Intent } from './intent-log.js';
import type { JoinedHistory } from './joined-history.js';
import { JoinedRows } from './joined-rows.js';
import type { Outstanding } from './journal.js';
import { Letters } from './letters.js';
import type { Opened } from './open.js';
import type { Delivery } from './sources/source.js';
import { VersionCounter } from './version-counter.js';
import { WindowStore } from './window-store.js';

/**
 * The engine with its state restored and its way out connected. First `replay` what is outstanding, then `settle`,
 * then blocks go through `apply` one after another; in between, and only then, a `checkpoint` can be cut.
 */
export class RunningEngine {
  readonly engine: Engine;
  readonly latency: EngineLatencies;
  readonly windows: WindowStore;
  /** Next offset to consume, by partition. */
  readonly positions: Map<number, number>;
  private readonly runtime: Runtime;
  private readonly plan: Plan;
  private readonly opened: Opened;
  private readonly joined: JoinedRows;
  private readonly history: JoinedHistory;
  private follower: ChangeFollower | undefined;
  private readonly decoder: Decoder;
  private readonly days: AggregatedDays;
  private readonly maker: BlockMaker;
  private readonly blocks: BlockStore;
  private readonly letters: Letters;

  constructor(runtime: Runtime, plan: Plan, opened: Opened, measured = { bySecond: false }) {
    this.latency = new EngineLatencies(plan, measured);
    this.runtime = runtime;
    this.plan = plan;
    this.opened = opened;
    const dictionary = new Dictionary();
    const enrichment = new EnrichmentTables(plan, dictionary);
    this.joined = new JoinedRows(enrichment, plan.enrich.length);
    this.history = opened.journal.historyOf(this.joined);
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
    this.decoder = new ReferenceDecoder(plan, dictionary);
    this.days = new AggregatedDays(plan, restored?.meta.days);
    const gaps = Object.entries(restored?.meta.gaps ?? {}).map(([partition, gap]): [number, number] => [
      Number(partition),
      gap,
    ]);
    this.maker = new BlockMaker(plan, this.engine, this.decoder, this.days, gaps);
    const options = this.insertOptions();
    const { clickhouse: client, topicId } = opened;
    this.blocks = new BlockStore(runtime, { client, plan, topicId, maker: this.maker, options });
    const versions = new VersionCounter(join(opened.folder, 'starts'));
    this.windows = new WindowStore(opened.clickhouse, plan, versions, { now: () => runtime.clock.now(), options });
    this.letters = new Letters(runtime, plan, opened.kafka);
  }

  connect(): Promise<void> {
    return this.letters.connect();
  }

  async close(): Promise<void> {
    await this.follower?.close();
    await this.letters.close();
  }

  /** Judges the deliveries as one block and stores what follows from it. */
  async apply(deliveries: readonly Delivery[], idle: Iterable<number>): Promise<void> {
    const { journal } = this.opened;
    const watermark = this.watermark();
    const block = this.make(deliveries);
    await this.store(block, journal.begin(block.ranges, watermark), false);
    await this.emit(idle);
  }

  /** Judges again the very block that an intent announced before a crash, by what it was judged by then, and stores what is missing of it. */
  async replay(deliveries: readonly Delivery[], known: Outstanding): Promise<void> {
    this.checkPipeline(known);
    this.history.moveTo(known.after, known.intent.ranges);
    const { watermark } = known.intent;
    if (watermark !== null) await this.windows.store(this.engine.advanceTo(watermark));
    const block = this.make(deliveries);
    if (!known.done) await this.store(block, known.intent, true);
    await this.emit([]);
  }

  /**
   * Recovery is over: what comes is judged by the metadata and the pipeline file of now, and by what changes in the metadata. The first checkpoint is
   * written here too.
   */
  settle(): void {
    const { journal, enrichment } = this.opened;
    this.engine.suspectStored();
    const pipeline = fingerprintOf(this.plan);
    if (journal.restored && journal.basisAt()?.pipeline === pipeline) {
      this.history.moveToEnd(journal.checkpointNumber);
      if (enrichment) this.change(this.joined.differences(enrichment));
    } else {
      if (enrichment) this.joined.become(enrichment);
      const complete = journal.outstanding.length === 0 && journal.restored?.meta.complete === true;
      this.checkpoint({ clean: true, complete }, { pipeline, enrichment: this.joined.rows() });
    }
    const { endpoints } = this.opened;
    if (this.plan.enrich.length > 0)
      this.follower = new ChangeFollower(this.runtime, this.plan, endpoints.postgres, this.joined.rows());
  }

  /** Events that come are joined with what has changed in the metadata until now. */
  takeChanges(): void {
    const taken = this.follower?.take();
    if (!taken) return;
    this.change(taken.changes);
    taken.logged();
  }

  /** Stores the windows that are due. */
  async emit(idle: Iterable<number>): Promise<void> {
    const before = this.engine.watermark;
    const emissions = this.engine.advance(idle);
    await this.windows.store(emissions);
    this.latency.emitted(emissions, before, this.runtime.clock.now());
  }

  /** End of the input: open windows are stored as provisional. */
  async finish(): Promise<void> {
    await this.emit([]);
    await this.windows.store(this.engine.finish());
  }

  /** Writes the state of this moment; `clean` when the engine ends, `complete` when open windows were stored too. */
  checkpoint({ clean, complete }: { clean: boolean; complete: boolean }, basis?: Basis): void {
    const { journal, topicId } = this.opened;
    const checkpoint = {
      meta: {
        pipeline: this.plan.name,
        topicId,
        takenAt: this.runtime.clock.now(),
        intent: journal.lastIntent,
        offsets: Object.fromEntries(this.positions),
        verdicts: Object.fromEntries(this.engine.counts().map((counts) => [counts.partition, verdictTotals(counts)])),
        gaps: Object.fromEntries(this.maker.gaps),
        days: this.days.saved(),
        watermark: this.watermark(),
        clean,
        complete,
      },
      sections: this.engine.snapshot(),
    };
    const renewedBasis = () => ({ pipeline: fingerprintOf(this.plan), enrichment: this.joined.rows() });
    journal.checkpoint(checkpoint, basis ?? (journal.outgrown ? renewedBasis() : undefined));
    const renewed = this.engine.renewDictionary();
    if (renewed) this.decoder.dictionary = renewed;
  }

  private make(deliveries: readonly Delivery[]): Block {
    const block = this.maker.make(deliveries, this.positions);
    this.latency.judged(block, this.runtime.clock.now());
    return block;
  }

  private async store(block: Block, intent: Intent, doubtful: boolean): Promise<void> {
    for (const { batch, verdicts } of block.judged) this.letters.collect(batch, verdicts);
    await Promise.all([this.letters.flush(), this.insert(block, intent, doubtful)]);
    this.opened.journal.log.done(intent.number);
    this.latency.stored(block, this.runtime.clock.now());
  }

  private async insert(block: Block, intent: Intent, doubtful: boolean): Promise<void> {
    const { clock } = this.runtime;
    const begun = clock.now();
    await this.blocks.store(block, intent, this.opened.journal.log, doubtful);
    if (block.rows > 0) this.latency.inserted(begun, clock.now());
  }

  private change(changes: ChangeSet): void {
    if (countChanges(changes) === 0) return;
    this.opened.journal.change({ from: Object.fromEntries(this.positions), changes });
    this.joined.apply(changes);
  }

  private checkPipeline({ after }: Outstanding): void {
    const basis = this.opened.journal.basisAt(after);
    if (!basis || basis.pipeline === fingerprintOf(this.plan)) return;
    throw usageError(
      `${this.plan.source} has changed since the engine was cut short, and its last records are to be judged again as they were`,
      'Put the file back as it was, let the engine run until it ends cleanly (--until-caught-up), then change the file.',
      'PIPELINE_CHANGED',
    );
  }

  private watermark(): number | null {
    const { watermark } = this.engine;
    return Number.isFinite(watermark) ? watermark : null;
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

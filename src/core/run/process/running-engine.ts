import { join } from 'node:path';
import { type ChangeSet, countChanges } from '../../metadata/changes/change-set.js';
import { ChangeFollower } from '../../metadata/changes/follow.js';
import type { EnrichmentRows } from '../../metadata/enrichment.js';
import type { Plan } from '../../pipeline/plan.js';
import type { Alert } from '../../process/detect/kind.js';
import { Dictionary } from '../../process/dictionary.js';
import { Engine, type PartitionCounts } from '../../process/engine.js';
import { EnrichmentTables } from '../../process/enrich.js';
import { type Sections, sectionsOf } from '../../process/snapshot/sections.js';
import { usageError } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';
import { AlertOutlet } from './alert-outlet.js';
import { type Basis, fingerprintOf } from './basis.js';
import { verdictTotals } from './checkpoint.js';
import type { CheckpointFigures } from './engine-look.js';
import { patientInserts } from './inserts.js';
import type { Intent, OffsetRange } from './intent-log.js';
import type { JoinedHistory } from './joined-history.js';
import { JoinedRows } from './joined-rows.js';
import type { Outstanding } from './journal.js';
import { BlockProcessor, type Counted } from './lanes/block-processor.js';
import type { BlockResult, LaneState } from './lanes/host.js';
import type { Opened } from './open.js';
import { RaisedAlerts } from './raised-alerts.js';
import type { Delivery } from './sources/source.js';
import { VersionCounter } from './version-counter.js';
import { WindowStore } from './window-store.js';

/** Where all partitions stand. */
export interface Progress {
  counts: readonly PartitionCounts[];
  /** Next offset that no block has, by partition. */
  positions: ReadonlyMap<number, number>;
}

/** What a lane with an engine of its own begins with: all of it that of its partitions. */
export interface Divided {
  partitions: readonly number[];
  sections: Sections;
  counted: Counted;
  enrichment: EnrichmentRows;
}

/**
 * The engine with its state restored, its journal and its windows. First `replay` what is outstanding, then `settle`, then lanes `begin` blocks and are
 * `done` with them, and windows are emitted; while no block is under way, and only then, a `checkpoint` can be cut.
 */
export class RunningEngine {
  readonly windows: WindowStore;
  readonly raised: RaisedAlerts;
  /** Over all partitions, for recovery and for a lane in this thread. */
  readonly processor: BlockProcessor;
  /** Of this run. */
  lastCheckpoint: CheckpointFigures | undefined;
  private merging: Engine;
  private readonly runtime: Runtime;
  private readonly plan: Plan;
  private readonly opened: Opened;
  private readonly enrichment: EnrichmentTables;
  private readonly joined: JoinedRows;
  private readonly history: JoinedHistory;
  private readonly outlet: AlertOutlet;
  private follower: ChangeFollower | undefined;

  constructor(runtime: Runtime, plan: Plan, opened: Opened, { bySecond } = { bySecond: false }) {
    this.runtime = runtime;
    this.plan = plan;
    this.opened = opened;
    const dictionary = new Dictionary();
    this.enrichment = new EnrichmentTables(plan, dictionary);
    this.joined = new JoinedRows(this.enrichment, plan.enrich.length);
    this.history = opened.journal.historyOf(this.joined);
    const partitions = opened.offsets.map(({ partition }) => partition);
    this.merging = new Engine(plan, partitions, { dictionary, enrichment: this.enrichment });
    const { restored } = opened.journal;
    if (restored) this.merging.restore(restored.sections);
    for (const [partition, ids] of opened.journal.ids()) this.merging.remember(partition, ids);
    const positions = new Map(
      opened.offsets.map(({ partition, begin }) => [partition, restored?.meta.offsets[partition] ?? begin]),
    );
    this.raised = new RaisedAlerts(restored?.meta.alerts);
    const counted = { positions, gaps: restored?.meta.gaps ?? {}, days: restored?.meta.days ?? {} };
    this.processor = new BlockProcessor(runtime, plan, this.merging, counted, { ...opened, bySecond });
    const options = patientInserts(runtime);
    const versions = new VersionCounter(join(opened.folder, 'starts'));
    this.windows = new WindowStore(opened.clickhouse, plan, versions, { now: () => runtime.clock.now(), options });
    this.outlet = new AlertOutlet(runtime, plan, opened);
  }

  /** The one that merges windows; over all partitions unless it was divided. */
  get engine(): Engine {
    return this.merging;
  }

  connect(): Promise<void> {
    return this.processor.connect();
  }

  async close(): Promise<void> {
    await this.follower?.close();
    await this.outlet.close();
    await this.processor.close();
  }

  /**
   * Judges again the very block that an intent announced before a crash, by what it was judged by then, and stores what is missing of it. Windows are
   * emitted at no other watermarks than then: one without ranges announced alerts on windows.
   */
  async replay(deliveries: readonly Delivery[], known: Outstanding): Promise<void> {
    this.checkPipeline(known);
    const { intent, done } = known;
    this.history.moveTo(known.after, intent.ranges);
    this.engine.suspectStored();
    if (intent.watermark !== null) await this.windows.store(this.engine.advanceTo(intent.watermark));
    if (intent.ranges.length === 0) {
      const alerts = this.engine.takeAlerts();
      this.raised.add(alerts);
      if (!done) await this.send(alerts, intent);
      return;
    }
    const block = this.processor.judge(deliveries);
    this.raised.add(block.alerts);
    if (done) return this.processor.gather(block);
    await this.processor.store(block, intent, { host: this, doubtful: true });
    this.opened.journal.log.done(intent.number);
  }

  /**
   * Recovery is over: what comes is judged by the metadata and the pipeline file of now, and by what changes in the metadata. The first checkpoint is
   * written here too.
   */
  async settle(): Promise<void> {
    const { journal, enrichment } = this.opened;
    // Of a watermark that was announced with a block, and not with them any more.
    await Promise.all([this.announce(this.engine.takeAlerts()), this.processor.storeAlerts()]);
    this.engine.suspectStored();
    const pipeline = fingerprintOf(this.plan);
    const { positions } = this.processor;
    if (journal.restored && journal.basisAt()?.pipeline === pipeline) {
      this.history.moveToEnd(journal.checkpointNumber);
      if (enrichment) this.change(this.joined.differences(enrichment), positions);
    } else {
      if (enrichment) this.joined.become(enrichment);
      const complete = journal.outstanding.length === 0 && journal.restored?.meta.complete === true;
      const basis = { pipeline, enrichment: this.joined.rows() };
      const { gaps, days } = this.processor;
      const progress = { counts: this.engine.counts(), positions };
      this.checkpoint({ clean: true, complete }, progress, [{ engine: undefined, gaps, days }], basis);
    }
    const { endpoints } = this.opened;
    if (this.plan.enrich.length > 0)
      this.follower = new ChangeFollower(this.runtime, this.plan, endpoints.postgres, this.joined.rows());
  }

  /** For lanes with engines of their own: gives the partitions away, with what is known of them, and only merges from now on. After `settle`. */
  divide(lanes: readonly (readonly number[])[]): Divided[] {
    this.opened.journal.keep(this.engine.takeAddedIds());
    const sections = this.engine.snapshot();
    const dictionary = new Dictionary();
    this.enrichment.moveTo(dictionary);
    this.merging = new Engine(this.plan, [], { dictionary, enrichment: this.enrichment });
    this.merging.restore(sections);
    const { positions, gaps, days } = this.processor;
    const enrichment = this.joined.rows();
    return lanes.map((partitions) => ({
      partitions,
      sections: new Map(partitions.flatMap((each) => [...sectionsOf(each, sections)])),
      counted: {
        positions: new Map(partitions.map((each) => [each, positions.get(each)!])),
        gaps: only(partitions, gaps),
        days: only(partitions, days),
      },
      enrichment,
    }));
  }

  /** Logs what has changed in the metadata until now, to hold for the blocks that begin at these positions and later ones; `tell` hands it to their lanes. */
  takeChanges(positions: ReadonlyMap<number, number>, tell: (changes: ChangeSet) => void): void {
    const taken = this.follower?.take();
    if (!taken) return;
    if (this.change(taken.changes, positions)) tell(taken.changes);
    taken.logged();
  }

  /** Announces a block. On disk when it returns. */
  begin(ranges: OffsetRange[]): Intent {
    return this.opened.journal.begin(ranges, this.watermark());
  }

  /** Announces a further attempt at a block. On disk when it returns. */
  async again(attempt: Intent): Promise<void> {
    this.opened.journal.log.begin(attempt);
  }

  /** A block is stored. */
  done({ number, alerts, partials }: BlockResult): void {
    this.opened.journal.log.done(number);
    this.raised.add(alerts);
    if (partials) this.engine.receive(partials);
  }

  /** Stores the windows that are due, and the alerts on those that can change no more. */
  async emit(idle: Iterable<number>, counts: readonly PartitionCounts[]): Promise<void> {
    const before = this.engine.watermark;
    const rows = this.engine.advance(idle, counts);
    const announced = this.announce(this.engine.takeAlerts());
    await Promise.all([this.windows.store(rows), announced]);
    this.processor.latencies.emitted(rows, before, this.runtime.clock.now());
  }

  /** End of the input: open windows are stored as provisional. */
  async finish(counts: readonly PartitionCounts[]): Promise<void> {
    await this.emit([], counts);
    await this.windows.store(this.engine.finish(counts));
  }

  /** Writes the state of this moment; `clean` when the engine ends, `complete` when open windows were stored too. */
  checkpoint(
    { clean, complete }: { clean: boolean; complete: boolean },
    { counts, positions }: Progress,
    lanes: readonly LaneState[],
    basis?: Basis,
  ): void {
    const { journal, topicId } = this.opened;
    const begun = this.runtime.clock.monotonic();
    const known = counts.filter(({ watermark }) => Number.isFinite(watermark));
    // The windows are those of the engine that merges.
    const cuts = [...lanes.flatMap(({ engine }) => engine ?? []), this.engine.cut()];
    const checkpoint = {
      meta: {
        pipeline: this.plan.name,
        topicId,
        takenAt: this.runtime.clock.now(),
        intent: journal.lastIntent,
        offsets: Object.fromEntries(positions),
        verdicts: Object.fromEntries(counts.map((each) => [each.partition, verdictTotals(each)])),
        gaps: Object.assign({}, ...lanes.map(({ gaps }) => gaps)),
        days: Object.assign({}, ...lanes.map(({ days }) => days)),
        alerts: this.raised.saved(),
        watermark: this.watermark(),
        watermarks: Object.fromEntries(known.map(({ partition, watermark }) => [partition, watermark])),
        clean,
        complete,
      },
      sections: new Map(cuts.flatMap(({ sections }) => [...sections])),
      ids: new Map(cuts.flatMap(({ ids }) => [...ids])),
    };
    const renewedBasis = () => ({ pipeline: fingerprintOf(this.plan), enrichment: this.joined.rows() });
    const { bytes } = journal.checkpoint(checkpoint, basis ?? (journal.outgrown ? renewedBasis() : undefined));
    this.lastCheckpoint = { at: checkpoint.meta.takenAt, ms: this.runtime.clock.monotonic() - begun, bytes };
    const renewed = this.engine.renewDictionary();
    if (renewed) this.processor.moveTo(renewed);
  }

  /**
   * Windows are freed at a watermark that depends on the clock where partitions idle. So it is on disk, as an intent without records, before any of their
   * alerts goes out: a replay frees them at the same one and raises the same.
   */
  private async announce(alerts: Alert[]): Promise<void> {
    if (alerts.length === 0) return;
    const intent = this.opened.journal.begin([], this.watermark());
    this.raised.add(alerts);
    await this.send(alerts, intent);
  }

  private async send(alerts: Alert[], { number }: Intent): Promise<void> {
    await this.outlet.send(alerts);
    this.opened.journal.log.done(number);
  }

  /** Whether anything has changed. */
  private change(changes: ChangeSet, from: ReadonlyMap<number, number>): boolean {
    if (countChanges(changes) === 0) return false;
    this.opened.journal.change({ from: Object.fromEntries(from), changes });
    this.joined.apply(changes);
    return true;
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
}

function only<T>(partitions: readonly number[], by: Readonly<Record<number, T>>): Record<number, T> {
  return Object.fromEntries(partitions.filter((each) => by[each] !== undefined).map((each) => [each, by[each]!]));
}

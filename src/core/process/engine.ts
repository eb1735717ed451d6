import type { Plan } from '../pipeline/plan.js';
import type { Batch } from './batch.js';
import type { AddedIds } from './deduplicate/deduplicator.js';
import type { Alert } from './detect/kind.js';
import { Dictionary } from './dictionary.js';
import type { EnrichmentTables } from './enrich.js';
import { Merger, type WindowRows } from './merger.js';
import { readPartials, writePartials } from './partials.js';
import { readPartition, readSections, type Sections, writeIds, writeSections } from './snapshot/sections.js';
import { type FaultReason, faultReasons, type VerdictCounts } from './verdict.js';
import { Watermark } from './watermark.js';
import { EngineWorker, type Outcome } from './worker.js';

export interface EngineOptions {
  /** The one that decoders intern into. */
  dictionary?: Dictionary;
  enrichment?: EnrichmentTables;
}

/** Counters of one partition since its first record. */
export interface PartitionCounts extends VerdictCounts {
  partition: number;
  reasons: Partial<Record<FaultReason, number>>;
  /** Offset after the last record judged. */
  nextOffset: number;
  /** W_p in ms, -Infinity before the first accepted event. */
  watermark: number;
  /** Aggregated events that detectors did not see, because they were not ahead of W_p when they came. */
  detectorsLate: number;
}

/** What the state takes. Bytes are those of its arrays, filled or reserved; strings are counted, not weighed. */
export interface StateSize {
  groups: number;
  windowBytes: number;
  rememberedIds: number;
  deduplicationBytes: number;
  /** By detector, the keys that it knows; its bytes are estimated. */
  detectorKeys: number;
  detectorBytes: number;
  strings: number;
}

/** The state of one moment in two parts: event ids are many, and most of them were part of an earlier cut. */
export interface Cut {
  /** All but ids. */
  sections: Sections;
  ids: IdsByPartition;
}

/** Event ids that are new since the last time, by partition. */
export type IdsByPartition = ReadonlyMap<number, AddedIds>;

/** Where a partition stands. */
export type Standing = Pick<PartitionCounts, 'partition' | 'watermark'>;

/**
 * The engine in one thread: one worker over all given partitions, and the merger. Feed it decoded batches, partition by partition in offset
 * order and otherwise in any interleaving; call `advance` whenever rows are wanted, `finish` at the end of the input. Rows carry no version:
 * the caller numbers them, a later row of the same identity wins.
 *
 * In several threads there is one engine in each, over its own partitions, that hands its partials over, and one without partitions that receives and
 * merges them.
 */
export class Engine {
  private strings: Dictionary;
  private keptStrings = 0;
  private readonly plan: Plan;
  private readonly worker: EngineWorker;
  private readonly merger: Merger;
  private readonly clock = new Watermark();

  constructor(plan: Plan, partitions: readonly number[], options: EngineOptions = {}) {
    this.plan = plan;
    this.strings = options.dictionary ?? new Dictionary();
    this.worker = new EngineWorker(plan, partitions, this.strings, options.enrichment);
    this.merger = new Merger(plan, this.strings);
  }

  /** The dictionary that batches must come with. */
  get dictionary(): Dictionary {
    return this.strings;
  }

  /** The watermark that windows were last emitted at; -Infinity before every partition (that is not idle) had an event. */
  get watermark(): number {
    return this.clock.value;
  }

  process(batch: Batch): Outcome {
    return this.worker.process(batch);
  }

  /**
   * What detectors on windows found since the last call, in `advance`, `advanceTo` and `finish`; those of events come with the batch's outcome. Take
   * them before a snapshot: they are not part of it.
   */
  takeAlerts(): Alert[] {
    return this.merger.takeAlerts();
  }

  /**
   * Moves the watermark to the minimum over the partitions that are not idle, and gives the rows that are to be stored because of it. `partitions` are
   * those of other threads where this engine has none.
   */
  advance(idle: Iterable<number> = [], partitions: Iterable<Standing> = this.worker.partitions.values()): WindowRows[] {
    return this.advanceTo(this.clock.next(partitions, new Set(idle)));
  }

  /**
   * As `advance`, to a watermark that an earlier run of the same records had reached: with idle partitions it depends on when it was asked, and a
   * replay must judge alike. Less than the present one changes nothing.
   */
  advanceTo(wanted: number): WindowRows[] {
    const watermark = this.clock.moveTo(wanted);
    this.merger.add(this.worker.takeDue(watermark));
    const rows = this.merger.advance(watermark);
    this.worker.setFreed(watermark);
    return rows;
  }

  /**
   * End of the input: what is due, then the rows of open windows as provisional. Nothing of the latter counts as emitted and no state is dropped:
   * the engine can go on, now or from a snapshot taken here.
   */
  finish(partitions?: Iterable<Standing>): WindowRows[] {
    const due = this.advance([], partitions);
    this.merger.add(this.worker.takeAll());
    return [...due, ...this.merger.finish()];
  }

  /** The next batches are judged by the windows that are freed at this watermark: the one that the engine that merges had when they were begun. */
  judgeAt(watermark: number): void {
    this.clock.moveTo(watermark);
    this.worker.setFreed(watermark);
  }

  /**
   * For the engine that merges: the partials that it may need before the next batch, and that are no longer kept here. Its watermark passes neither the one
   * judged at nor the furthest W_p of this engine, unless all of its partitions are idle; then it needs `handOverAll` first.
   */
  handOver(): Uint8Array {
    const partitions = [...this.worker.partitions.values()];
    const reach = Math.max(this.watermark, ...partitions.map(({ watermark }) => watermark));
    return writePartials(this.worker.takeDue(reach));
  }

  handOverAll(): Uint8Array {
    return writePartials(this.worker.takeAll());
  }

  /** What another engine handed over. It must be all that it had of the windows that the next `advance` frees. */
  receive(partials: Uint8Array): void {
    this.merger.add(readPartials(this.plan, this.strings, partials));
  }

  /**
   * Call before each block that an engine had judged before it was killed is judged again, and after the last: at each of these moments it may have stored
   * more rows, when partitions idled or at the end of the input, than this one gives. Those of sessions that move are deleted whether or not they
   * were given here.
   */
  suspectStored(): void {
    this.merger.add(this.worker.takeAll());
    this.merger.suspectStored();
  }

  counts(): PartitionCounts[] {
    return [...this.worker.partitions.values()].map((state) => ({
      partition: state.partition,
      ...state.counts,
      reasons: Object.fromEntries(
        faultReasons
          .map((reason, code) => [reason, state.deadLetters[code]!] as const)
          .filter(([, count]) => count > 0),
      ),
      nextOffset: state.nextOffset,
      watermark: state.watermark,
      detectorsLate: state.detectors?.late ?? 0,
    }));
  }

  size(): StateSize {
    const states = [...this.worker.partitions.values()];
    const remembered = states.map((state) => state.remembered);
    const detectors = states.map((state) => state.detectors).filter((each) => each !== undefined);
    return {
      groups: this.worker.groups + this.merger.groups,
      windowBytes: this.worker.bytes + this.merger.bytes,
      rememberedIds: remembered.reduce((sum, { ids }) => sum + ids, 0),
      deduplicationBytes: remembered.reduce((sum, { bytes }) => sum + bytes, 0),
      detectorKeys: detectors.reduce((sum, { size }) => sum + size, this.merger.detectorKeys),
      detectorBytes: detectors.reduce((sum, { bytes }) => sum + bytes, this.merger.detectorBytes),
      strings: this.strings.size,
    };
  }

  /**
   * Call now and then, between batches: once the dictionary holds four times what the state needed last time, and at least a million strings, it
   * is replaced by one of what is needed now. Batches after that must come with the result, which is undefined when nothing changed.
   */
  renewDictionary(least = 2 ** 20): Dictionary | undefined {
    if (this.strings.size < Math.max(least, 4 * this.keptStrings)) return undefined;
    this.merger.add(this.worker.takeAll());
    this.strings = new Dictionary();
    this.worker.moveTo(this.strings);
    this.merger.moveTo(this.strings, this.watermark);
    this.keptStrings = this.strings.size;
    return this.strings;
  }

  /** The whole state as named sections: two per partition, one for the windows. It belongs to the offsets judged so far. */
  snapshot(): Sections {
    return new Map([...this.sections(), ...writeIds(this.worker.partitions.values())]);
  }

  /** The state for one who has kept the ids of all cuts before: what it takes grows with what happened since the last one, not with the horizon. */
  cut(): Cut {
    return { sections: this.sections(), ids: this.takeAddedIds() };
  }

  /** The ids of a cut, alone. */
  takeAddedIds(): IdsByPartition {
    return new Map([...this.worker.partitions].map(([partition, state]) => [partition, state.takeAddedIds()]));
  }

  /** The partitions of a snapshot without its windows, which the engine that merges has: into a fresh engine. Throws as `restore`. */
  restorePartitions(sections: Sections): void {
    for (const state of this.worker.partitions.values()) readPartition(this.plan, sections, state);
  }

  /**
   * Takes up a snapshot, into a fresh engine; or the sections of a cut, with `remember` to follow. Throws a PipeError when it belongs to another plan, is
   * damaged, or lacks a partition.
   */
  restore(sections: Sections): void {
    this.clock.moveTo(readSections(this.plan, sections, this.worker.partitions.values(), this.merger));
    this.worker.setFreed(this.clock.value);
  }

  /** The ids of one partition in one cut: call it for all cuts that hold some not forgotten, oldest first. Throws a RangeError when they are damaged. */
  remember(partition: number, ids: Uint8Array): void {
    this.worker.partitions.get(partition)?.remember(ids);
  }

  private sections(): Sections {
    this.merger.add(this.worker.takeAll());
    return writeSections(this.plan, this.worker.partitions.values(), this.merger, this.watermark);
  }
}

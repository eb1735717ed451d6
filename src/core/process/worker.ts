import type { Plan } from '../pipeline/plan.js';
import type { Batch } from './batch.js';
import type { Alert } from './detect/kind.js';
import { type EventSources, eventSources, PartitionDetectors, readDetectors } from './detect/partition-detectors.js';
import { allUnchanged } from './detect/saved.js';
import type { Dictionary } from './dictionary.js';
import type { EnrichmentTables } from './enrich.js';
import { ColumnExpressions } from './expressions.js';
import { type Freed, PartitionState } from './partition.js';
import { StateReader } from './snapshot/reader.js';
import { StateWriter } from './snapshot/writer.js';
import { noVerdicts, type VerdictCounts } from './verdict.js';
import { windowTypeOf } from './window/registry.js';
import type { LocalWindows, WindowPartial } from './window/type.js';

/** What became of the records of a batch. */
export interface Outcome {
  /** A Verdict by row. Reasons of dead letters stand in the batch's `faults`. */
  verdicts: Uint8Array;
  /** Rows of the aggregated records, ascending. */
  aggregated: Int32Array;
  counts: VerdictCounts;
  /** What detectors on events found because of it, detector by detector, each by event time. */
  alerts: Alert[];
}

/** First phase: judges and aggregates the records of its partitions. One per thread. */
export class EngineWorker {
  readonly partitions: ReadonlyMap<number, PartitionState>;
  private readonly plan: Plan;
  private readonly enrichment: EnrichmentTables | undefined;
  private locals: readonly LocalWindows[];
  private dictionary: Dictionary;
  private readonly freed: Freed;
  private rows = new Int32Array(0);

  constructor(plan: Plan, partitions: readonly number[], dictionary: Dictionary, enrichment?: EnrichmentTables) {
    this.plan = plan;
    this.enrichment = enrichment;
    this.dictionary = dictionary;
    const expressions = new ColumnExpressions();
    this.locals = localsOf(plan, dictionary, expressions);
    const sources = eventSources(plan, dictionary, expressions);
    this.partitions = new Map(
      partitions.map((each) => [each, new PartitionState(plan, each, detectorsOf(plan, each, sources))]),
    );
    this.freed = {
      limit: Number.NEGATIVE_INFINITY,
      earliestEnd: (time) => Math.min(...plan.windows.map((window) => windowTypeOf(window).earliestEnd(window, time))),
    };
  }

  get groups(): number {
    return this.locals.reduce((sum, local) => sum + local.groups, 0);
  }

  get bytes(): number {
    return this.locals.reduce((sum, local) => sum + local.bytes, 0);
  }

  /** Judges a batch of one of its partitions, fills the enriched columns, and adds what is aggregated to the windows. */
  process(batch: Batch): Outcome {
    const state = this.partitions.get(batch.partition);
    if (!state) throw new RangeError(`partition ${batch.partition} is not one of this worker's`);
    this.check(batch, state);
    const verdicts = new Uint8Array(batch.size);
    const rows = this.rowsFor(batch.size);
    const before = { ...state.counts };
    const { watermark } = state;
    const count = state.judge(batch, this.freed, verdicts, rows);
    this.enrichment?.fill(batch);
    for (const local of this.locals) local.add(batch, rows, count);
    const counts = noVerdicts();
    for (const name of Object.keys(counts) as (keyof VerdictCounts)[]) counts[name] = state.counts[name] - before[name];
    const alerts = state.detectors?.process(batch, verdicts, watermark, state.watermark) ?? [];
    return { verdicts, aggregated: rows.slice(0, count), counts, alerts };
  }

  /** By window of the plan, the partials that the merger needs before it advances to this watermark. */
  takeDue(watermark: number): WindowPartial[][] {
    return this.locals.map((local) => local.takeDue(watermark));
  }

  takeAll(): WindowPartial[][] {
    return this.locals.map((local) => local.takeAll());
  }

  /** The merger has freed the windows that end at or before watermark - allowed_lateness + 1. Call before the next batch. */
  setFreed(watermark: number): void {
    this.freed.limit = watermark - this.plan.allowedLateness;
  }

  /** From now on batches come with this dictionary. Only when all partials were taken. */
  moveTo(dictionary: Dictionary): void {
    this.dictionary = dictionary;
    const expressions = new ColumnExpressions();
    this.locals = localsOf(this.plan, dictionary, expressions);
    const sources = eventSources(this.plan, dictionary, expressions);
    for (const state of this.partitions.values()) moveDetectors(this.plan, state, sources);
    this.enrichment?.moveTo(dictionary);
  }

  /** Each offset counts once, and ids mean nothing in another dictionary: either mistake would be silent. */
  private check(batch: Batch, { nextOffset }: PartitionState): void {
    const first = batch.offsets[0] ?? nextOffset;
    if (first < nextOffset)
      throw new RangeError(
        `partition ${batch.partition}: offset ${first} comes again, expected ${nextOffset} or later`,
      );
    for (const column of batch.columns)
      if (column.kind === 'interned' && column.dictionary !== this.dictionary)
        throw new TypeError('the batch was decoded with another dictionary than the engine has now');
  }

  private rowsFor(size: number): Int32Array {
    if (this.rows.length < size) this.rows = new Int32Array(Math.max(1024, size));
    return this.rows;
  }
}

function detectorsOf(plan: Plan, partition: number, sources: EventSources | undefined): PartitionDetectors | undefined {
  return sources && new PartitionDetectors(plan, partition, sources);
}

/** The same state in terms of another dictionary. */
function moveDetectors(plan: Plan, state: PartitionState, sources: EventSources | undefined): void {
  if (!state.detectors) return;
  const writer = new StateWriter();
  state.detectors.write(writer, state.watermark);
  state.detectors = detectorsOf(plan, state.partition, sources);
  readDetectors(new StateReader(writer.finish()), allUnchanged(plan), state.detectors);
}

function localsOf(plan: Plan, dictionary: Dictionary, expressions: ColumnExpressions): LocalWindows[] {
  return plan.windows.map((window) => windowTypeOf(window).local({ plan, window, dictionary }, expressions));
}

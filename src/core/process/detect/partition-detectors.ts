import type { Plan, PlanDetector } from '../../pipeline/plan.js';
import type { Batch } from '../batch.js';
import type { Dictionary } from '../dictionary.js';
import type { ColumnExpressions } from '../expressions.js';
import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { Verdict } from '../verdict.js';
import type { Alert } from './kind.js';
import { readStates, type SavedDetector, writeStates } from './saved.js';
import { type DetectorSource, detectorSource } from './source.js';
import { DetectorState } from './state.js';

/** The detectors on events of one partition. What they find is a function of that partition's own sequence. */
export class PartitionDetectors {
  /** Aggregated events that were not ahead of the watermark when they came: windows have them, detectors do not. */
  late = 0;
  private readonly plan: Plan;
  private readonly states: readonly (DetectorState | undefined)[];
  private ahead = new Int32Array(0);

  /** `sources` by detector of the plan. */
  constructor(plan: Plan, partition: number, sources: EventSources) {
    this.plan = plan;
    this.states = sources.map((source) => source && new DetectorState(source, partition));
  }

  get size(): number {
    return this.states.reduce((sum, state) => sum + (state?.size ?? 0), 0);
  }

  get bytes(): number {
    return this.states.reduce((sum, state) => sum + (state?.bytes ?? 0), 0);
  }

  /** After a batch was judged and its enriched columns were filled: `before` is W_p before it, `after` the one behind it. */
  process(batch: Batch, verdicts: Uint8Array, before: number, after: number): Alert[] {
    if (this.states.every((state) => state === undefined)) return [];
    const times = this.times(batch);
    const count = this.keepAhead(times, verdicts, before);
    const alerts: Alert[] = [];
    for (const state of this.states) {
      state?.hold(batch, times, batch.offsets, this.ahead, count);
      state?.release(after, alerts);
    }
    return alerts;
  }

  write(writer: StateWriter, watermark: number): void {
    writeStates(writer, this.states, watermark);
    writer.number(this.late);
  }

  stateOf(name: string): DetectorState | undefined {
    return this.states[this.plan.detect.findIndex((each) => each.name === name)];
  }

  /** The aggregated rows that are ahead of W_p as it is when they come, into `ahead`; how many they are. */
  private keepAhead(times: Float64Array, verdicts: Uint8Array, before: number): number {
    const { outOfOrderness } = this.plan;
    const { length } = verdicts;
    if (this.ahead.length < length) this.ahead = new Int32Array(Math.max(1024, length));
    const { ahead } = this;
    let watermark = before;
    let count = 0;
    for (let row = 0; row < length; row++) {
      const verdict = verdicts[row];
      if (verdict !== Verdict.aggregated && verdict !== Verdict.lateIdle) continue;
      const time = times[row]!;
      if (verdict === Verdict.aggregated) {
        if (time > watermark) ahead[count++] = row;
        else this.late++;
      }
      if (time - outOfOrderness > watermark) watermark = time - outOfOrderness;
    }
    return count;
  }

  private times(batch: Batch): Float64Array {
    const column = batch.columns[this.plan.time]!;
    if (column.kind !== 'number') throw new TypeError(`the event time is expected as numbers, got ${column.kind}`);
    return column.values;
  }
}

/** What `write` wrote, into fresh detectors; passed over when the plan has none any more. */
export function readDetectors(
  reader: StateReader,
  saved: readonly SavedDetector[],
  detectors: PartitionDetectors | undefined,
): void {
  if (saved.length === 0) return;
  readStates(reader, saved, (name) => detectors?.stateOf(name));
  const late = reader.number();
  if (detectors) detectors.late = late;
}

/** How detectors on events are fed, by detector of the plan: the same for all partitions of a worker. */
export type EventSources = readonly (DetectorSource | undefined)[];

/** Undefined when the plan has no detectors, so that nothing is done for them. */
export function eventSources(
  { detect }: Plan,
  dictionary: Dictionary,
  expressions: ColumnExpressions,
): EventSources | undefined {
  const onEvents = ({ input }: PlanDetector) => input.kind === 'events';
  if (detect.length === 0) return undefined;
  return detect.map((each) => (onEvents(each) ? detectorSource(each, dictionary, expressions) : undefined));
}

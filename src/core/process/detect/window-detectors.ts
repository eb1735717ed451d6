import type { Plan, PlanDetector, PlanWindow } from '../../pipeline/plan.js';
import type { FieldType } from '../../pipeline/schema.js';
import type { AggregateValue } from '../aggregate/state.js';
import type { Column, Columns } from '../batch.js';
import type { Dictionary } from '../dictionary.js';
import { ColumnExpressions } from '../expressions.js';
import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import type { MergedWindows, WindowRow } from '../window/type.js';
import type { Alert } from './kind.js';
import { readStates, type SavedDetector, writeStates } from './saved.js';
import { detectorSource } from './source.js';
import { DetectorState } from './state.js';

/** One detector that looks at rows of a window. */
interface Watching {
  detector: PlanDetector;
  /** Place of its window among the plan's. */
  window: number;
  size: number;
  state: DetectorState;
}

/**
 * The detectors on rows of windows. A row is seen once, when its window can change no more, and by the window's end: W says when, and changes
 * nothing about what is found.
 */
export class WindowDetectors {
  private readonly plan: Plan;
  private readonly dictionary: Dictionary;
  private readonly watching: readonly (Watching | undefined)[];

  constructor(plan: Plan, dictionary: Dictionary) {
    this.plan = plan;
    this.dictionary = dictionary;
    const expressions = new ColumnExpressions();
    this.watching = plan.detect.map((detector) => {
      const { input } = detector;
      if (input.kind !== 'window') return undefined;
      const window = plan.windows.findIndex((each) => each.name === input.window);
      const state = new DetectorState(detectorSource(detector, dictionary, expressions));
      return { detector, window, size: input.size, state };
    });
  }

  get size(): number {
    return this.watching.reduce((sum, each) => sum + (each?.state.size ?? 0), 0);
  }

  get bytes(): number {
    return this.watching.reduce((sum, each) => sum + (each?.state.bytes ?? 0), 0);
  }

  /** Call before the windows, by window of the plan, advance to this watermark: that frees the rows that are seen now. */
  see(merged: readonly MergedWindows[], watermark: number, alerts: Alert[]): void {
    for (const each of this.watching) {
      if (!each) continue;
      const rows = merged[each.window]!.closing?.(watermark, each.size) ?? [];
      if (rows.length > 0) this.hold(each, rows);
      each.state.release(this.frontier(watermark), alerts);
    }
  }

  write(writer: StateWriter, watermark: number): void {
    const states = this.watching.map((each) => each?.state);
    writeStates(writer, states, this.frontier(watermark));
  }

  /** Into fresh ones. */
  read(reader: StateReader, saved: readonly SavedDetector[]): void {
    readStates(reader, saved, (name) => this.watching.find((each) => each?.detector.name === name)?.state);
  }

  /** Every row of a window that ends by then was seen. */
  private frontier(watermark: number): number {
    return watermark - this.plan.allowedLateness + 1;
  }

  private hold({ detector, window, state }: Watching, rows: readonly WindowRow[]): void {
    const columns = columnsOf(detector.input.fields, this.plan.windows[window]!, rows, this.dictionary);
    const ends = Float64Array.from(rows, ({ end }) => end);
    state.hold(
      columns,
      ends,
      ends,
      Int32Array.from(rows, (_, row) => row),
      rows.length,
    );
  }
}

/** Keys, aggregates, start and end, as expressions read them. */
function columnsOf(
  fields: readonly { type: FieldType }[],
  { by, aggregates }: PlanWindow,
  rows: readonly WindowRow[],
  dictionary: Dictionary,
): Columns {
  const values: ((row: WindowRow) => AggregateValue)[] = [
    ...by.map((_, index) => (row: WindowRow) => row.keys[index]!),
    ...aggregates.map((_, index) => (row: WindowRow) => row.values[index]!),
    (row) => row.start,
    (row) => row.end,
  ];
  const columns = values.map((of, column): Column => {
    if (fields[column]!.type !== 'string')
      return { kind: 'number', values: Float64Array.from(rows, (row) => Number(of(row) ?? Number.NaN)) };
    const ids = Int32Array.from(rows, (row) => {
      const text = of(row);
      return text === null ? -1 : dictionary.idOf(String(text));
    });
    return { kind: 'interned', ids, dictionary };
  });
  return { size: rows.length, columns };
}

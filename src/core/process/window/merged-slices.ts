import type { SlicedWindow } from '../../pipeline/plan.js';
import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { TupleTable } from '../table/tuple-table.js';
import { Slice, SliceShape } from './slice.js';
import { firstStart, granularities, lastStart, type Span, windowsOver } from './spans.js';
import type { MergedWindows, WindowContext, WindowPartial, WindowRow } from './type.js';

/** What the spans from one level on need: slices by start, all of this width. */
interface Level {
  span: Span;
  width: number;
  slices: Map<number, Slice>;
}

/**
 * All workers' slices of one window. Level i serves the spans from i on: when the windows of span i are freed, their slices are merged into the
 * coarser ones of the next level, so that a day's window beside a minute's keeps hours, not minutes, of its past.
 */
export class MergedSlices implements MergedWindows {
  private readonly context: WindowContext<SlicedWindow>;
  private readonly shape: SliceShape;
  private readonly levels: readonly Level[];
  private emitted = Number.NEGATIVE_INFINITY;
  /** Groups that changed in windows emitted before, by span and window start. */
  private readonly revised: readonly Map<number, TupleTable>[];

  constructor(context: WindowContext<SlicedWindow>) {
    this.context = context;
    this.shape = new SliceShape(context);
    const { spans } = context.window;
    const widths = granularities(spans);
    this.levels = spans.map((span, index) => ({ span, width: widths[index]!, slices: new Map() }));
    this.revised = spans.map(() => new Map());
  }

  get groups(): number {
    return this.sum((slice) => slice.groups);
  }

  get bytes(): number {
    return this.sum((slice) => slice.bytes);
  }

  add(partial: WindowPartial): void {
    if (!(partial instanceof Slice)) throw new TypeError('expected a slice');
    this.noteRevisions(partial);
    this.put(this.levels[0]!, partial);
  }

  advance(watermark: number): WindowRow[] {
    const rows = this.revisions();
    if (watermark <= this.emitted) return rows;
    const { allowedLateness } = this.context.plan;
    if (this.passesEnd(this.emitted, watermark)) this.collect(watermark, false, rows);
    if (this.passesEnd(this.emitted - allowedLateness, watermark - allowedLateness))
      this.free(watermark - allowedLateness);
    this.emitted = watermark;
    return rows;
  }

  closing(watermark: number, size: number): WindowRow[] {
    const { allowedLateness } = this.context.plan;
    const [after, until] = [this.emitted - allowedLateness, watermark - allowedLateness];
    if (!this.passesEnd(after, until)) return [];
    const index = this.levels.findIndex(({ span }) => span.size === size);
    return [...windowsOver(this.levels[index]!.span, this.starts(index), after, until)].flatMap((start) =>
      this.whole(index, start).rows(this.windowAt(index, start, false)),
    );
  }

  finish(): WindowRow[] {
    const rows = this.revisions();
    this.collect(Number.POSITIVE_INFINITY, true, rows);
    return rows;
  }

  /** Nothing to do: a window's start never moves, so that a later row of it replaces what was stored. */
  suspectStored(): void {}

  write(writer: StateWriter): void {
    for (const { slices } of this.levels) {
      writer.int(slices.size);
      for (const slice of slices.values()) slice.write(writer);
    }
    for (const windows of this.revised) {
      writer.int(windows.size);
      for (const [start, changed] of windows) {
        writer.number(start);
        this.shape.layout.write(writer, changed);
      }
    }
  }

  read(reader: StateReader, watermark: number): void {
    this.emitted = watermark;
    for (const { slices } of this.levels)
      for (let left = reader.int(); left > 0; left--) {
        const slice = this.shape.read(reader);
        slices.set(slice.start, slice);
      }
    for (const windows of this.revised)
      for (let left = reader.int(); left > 0; left--) windows.set(reader.number(), this.shape.layout.read(reader));
  }

  /** Whether some window may end in (after + 1, until + 1]: all ends are multiples of the slice. Most advances pass none and cost nothing. */
  private passesEnd(after: number, until: number): boolean {
    const { slice } = this.context.window;
    return Math.floor((until + 1) / slice) > Math.floor((after + 1) / slice);
  }

  /** Remembers which groups of windows that were emitted change with this slice. */
  private noteRevisions(slice: Slice): void {
    for (let index = 0; index < this.levels.length; index++) {
      const { span } = this.levels[index]!;
      const last = lastStart(span, slice.start);
      for (let start = firstStart(span, slice.start); start <= last; start += span.advance) {
        if (start + span.size - 1 > this.emitted) break;
        const changed = this.revised[index]!.get(start) ?? new TupleTable(this.shape.layout.width);
        this.revised[index]!.set(start, changed);
        changed.insertAll(slice.table.words, slice.table.size, new Int32Array(slice.table.size));
      }
    }
  }

  private revisions(): WindowRow[] {
    const rows: WindowRow[] = [];
    for (let index = 0; index < this.levels.length; index++) {
      for (const [start, changed] of this.revised[index]!) {
        const whole = this.shape.slice(start);
        for (const slice of this.within(index, start)) whole.mergeOnly(slice, changed);
        rows.push(...whole.rows(this.windowAt(index, start, false)));
      }
      this.revised[index]!.clear();
    }
    return rows;
  }

  /** Rows of the windows that end after what was emitted and up to `until`. */
  private collect(until: number, provisional: boolean, rows: WindowRow[]): void {
    const due: { index: number; start: number; end: number }[] = [];
    for (let index = 0; index < this.levels.length; index++) {
      const { span } = this.levels[index]!;
      for (const start of windowsOver(span, this.starts(index), this.emitted, until))
        due.push({ index, start, end: start + span.size });
    }
    due.sort((a, b) => a.end - b.end || a.start - b.start);
    for (const { index, start } of due)
      for (const row of this.whole(index, start).rows(this.windowAt(index, start, provisional))) rows.push(row);
  }

  /** A window's state: its only slice itself, or a new one of all merged. */
  private whole(index: number, start: number): Slice {
    const slices = this.within(index, start);
    if (slices.length === 1) return slices[0]!;
    const whole = this.shape.slice(start);
    for (const slice of slices) whole.merge(slice);
    return whole;
  }

  /** The slices of all levels that a window of span `index` is made of, in order of time. Each lies wholly inside or outside of it. */
  private within(index: number, start: number): Slice[] {
    const found: Slice[] = [];
    const end = start + this.levels[index]!.span.size;
    for (const { slices } of this.levels.slice(0, index + 1))
      for (const slice of slices.values()) if (slice.start >= start && slice.start < end) found.push(slice);
    return found.sort((a, b) => a.start - b.start);
  }

  /** Starts of the slices that windows of span `index` may hold, ascending. */
  private starts(index: number): number[] {
    return this.levels
      .slice(0, index + 1)
      .flatMap(({ slices }) => [...slices.keys()])
      .sort((a, b) => a - b);
  }

  private free(limit: number): void {
    for (let index = 0; index < this.levels.length; index++) {
      const { span, slices } = this.levels[index]!;
      const next = this.levels[index + 1];
      for (const slice of slices.values()) {
        if (lastStart(span, slice.start) + span.size - 1 > limit) continue;
        slices.delete(slice.start);
        if (next) this.put(next, slice);
      }
    }
  }

  /** Takes a slice over into a level, whose own slice it may become. */
  private put({ slices, width }: Level, slice: Slice): void {
    const start = lastStart({ size: width, advance: width }, slice.start);
    const known = slices.get(start);
    if (known) known.merge(slice);
    else slices.set(start, slice.start === start ? slice : slice.movedTo(start));
  }

  private windowAt(index: number, start: number, provisional: boolean): Omit<WindowRow, 'keys' | 'values'> {
    const { size, advance } = this.levels[index]!.span;
    return { size, advance, start, end: start + size, provisional };
  }

  private sum(of: (slice: Slice) => number): number {
    let total = 0;
    for (const { slices } of this.levels) for (const slice of slices.values()) total += of(slice);
    return total;
  }
}

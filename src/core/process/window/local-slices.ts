import type { AggregateInput } from '../aggregate/state.js';
import type { Batch } from '../batch.js';
import type { ColumnExpression, ColumnExpressions } from '../expressions.js';
import { type Slice, SliceShape } from './slice.js';
import { SliceSplitter } from './slice-splitter.js';
import type { LocalWindows, WindowContext } from './type.js';

const none = new Float64Array(0);

/** How time is cut into slices. */
export interface Slicing {
  width: number;
  /** The earliest end of a window that what is in the slice from `start` on may change. */
  endOf(start: number): number;
}

/** An aggregate's argument and filter, compiled. */
interface Input {
  argument: ColumnExpression | undefined;
  where: ColumnExpression | undefined;
}

/**
 * The slices that one worker is filling for one window. An event costs one group look-up and one update per aggregate, no matter how many spans
 * there are or how they overlap; all loops run over a batch's rows of one slice, aggregate by aggregate.
 */
export class LocalSlices implements LocalWindows {
  private readonly slices = new Map<number, Slice>();
  /** End of the first window of any slice. */
  private firstEnd = Number.POSITIVE_INFINITY;
  private readonly context: WindowContext;
  private readonly slicing: Slicing;
  private readonly shape: SliceShape;
  private readonly where: ColumnExpression | undefined;
  private readonly inputs: readonly Input[];
  private readonly splitter: SliceSplitter;
  private passed = new Int32Array(0);
  private words = new Int32Array(0);
  private ids = new Int32Array(0);
  private filteredRows = new Int32Array(0);
  private filteredIds = new Int32Array(0);

  constructor(context: WindowContext, slicing: Slicing, expressions: ColumnExpressions) {
    this.context = context;
    this.slicing = slicing;
    this.shape = new SliceShape(context);
    this.splitter = new SliceSplitter(slicing.width);
    const compile = (expression?: Parameters<ColumnExpressions['compile']>[0]) =>
      expression && expressions.compile(expression);
    this.where = compile(context.window.where);
    this.inputs = context.window.aggregates.map(({ argument, where }) => ({
      argument: compile(argument),
      where: compile(where),
    }));
  }

  get groups(): number {
    return sum(this.slices.values(), (slice) => slice.groups);
  }

  get bytes(): number {
    return sum(this.slices.values(), (slice) => slice.bytes);
  }

  add(batch: Batch, rows: Int32Array, count: number): void {
    this.reserve(batch.size);
    let selected = rows;
    let left = count;
    if (this.where) {
      left = keepTrue(this.where(batch), rows, count, this.passed);
      selected = this.passed;
    }
    const times = this.times(batch);
    this.splitter.split(times, selected, left, (start, some, size) => this.addTo(this.slice(start), batch, some, size));
  }

  takeDue(watermark: number): Slice[] {
    if (this.firstEnd - 1 > watermark) return [];
    const due = [...this.slices.values()].filter(({ start }) => this.slicing.endOf(start) - 1 <= watermark);
    for (const { start } of due) this.slices.delete(start);
    this.firstEnd = Number.POSITIVE_INFINITY;
    for (const start of this.slices.keys()) this.firstEnd = Math.min(this.firstEnd, this.slicing.endOf(start));
    return due;
  }

  takeAll(): Slice[] {
    const all = [...this.slices.values()];
    this.slices.clear();
    this.firstEnd = Number.POSITIVE_INFINITY;
    return all;
  }

  private addTo(slice: Slice, batch: Batch, rows: Int32Array, count: number): void {
    this.shape.layout.fill(batch, rows, count, this.words);
    slice.table.insertAll(this.words, count, this.ids);
    slice.ensure();
    const input: AggregateInput = {
      values: none,
      times: this.times(batch),
      offsets: batch.offsets,
      partition: batch.partition,
    };
    for (let index = 0; index < this.inputs.length; index++) {
      const { argument, where } = this.inputs[index]!;
      const state = slice.states[index]!;
      input.values = argument ? argument(batch) : none;
      if (!where) state.add(this.ids, rows, count, input);
      else state.add(this.filteredIds, this.filteredRows, this.filter(where(batch), rows, count), input);
    }
  }

  /** The rows and groups for which an aggregate's own filter holds. */
  private filter(truths: Float64Array, rows: Int32Array, count: number): number {
    const { ids, filteredRows, filteredIds } = this;
    let left = 0;
    for (let index = 0; index < count; index++) {
      const row = rows[index]!;
      filteredRows[left] = row;
      filteredIds[left] = ids[index]!;
      left += truths[row] === 1 ? 1 : 0;
    }
    return left;
  }

  private slice(start: number): Slice {
    const known = this.slices.get(start);
    if (known) return known;
    const made = this.shape.slice(start);
    this.slices.set(start, made);
    this.firstEnd = Math.min(this.firstEnd, this.slicing.endOf(start));
    return made;
  }

  private times(batch: Batch): Float64Array {
    const column = batch.columns[this.context.plan.time]!;
    if (column.kind !== 'number') throw new TypeError(`the event time is expected as numbers, got ${column.kind}`);
    return column.values;
  }

  private reserve(size: number): void {
    if (size <= this.ids.length) return;
    this.passed = new Int32Array(size);
    this.words = new Int32Array(size * this.shape.layout.width);
    this.ids = new Int32Array(size);
    this.filteredRows = new Int32Array(size);
    this.filteredIds = new Int32Array(size);
  }
}

/** Copies the rows for which the value is 1 (true, neither 0 nor null); how many they are. */
function keepTrue(truths: Float64Array, rows: Int32Array, count: number, kept: Int32Array): number {
  let left = 0;
  for (let index = 0; index < count; index++) {
    const row = rows[index]!;
    kept[left] = row;
    left += truths[row] === 1 ? 1 : 0;
  }
  return left;
}

function sum<T>(items: Iterable<T>, of: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += of(item);
  return total;
}

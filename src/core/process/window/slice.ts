import { aggregateTypes } from '../aggregate/registry.js';
import type { AggregateState } from '../aggregate/state.js';
import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { grownInts } from '../table/grow.js';
import { TupleTable } from '../table/tuple-table.js';
import { KeyLayout } from './keys.js';
import type { WindowContext, WindowPartial, WindowRow } from './type.js';

/** What the slices of one window have in common. */
export class SliceShape {
  readonly layout: KeyLayout;
  private readonly context: WindowContext;

  constructor(context: WindowContext) {
    this.context = context;
    this.layout = new KeyLayout(context.plan.fields, context.window.by, context.dictionary);
  }

  slice(start: number, table = new TupleTable(this.layout.width)): Slice {
    return new Slice(this, start, table, this.states());
  }

  /** Of no groups yet, by the window's aggregates. */
  states(): AggregateState[] {
    const { window, dictionary } = this.context;
    return window.aggregates.map((each) => aggregateTypes[each.function].create(each, dictionary));
  }

  read(reader: StateReader): Slice {
    const start = reader.number();
    const slice = this.slice(start, this.layout.read(reader));
    for (const state of slice.states) state.read(reader, slice.table.size);
    slice.ensure();
    return slice;
  }
}

/** The groups of a stretch of event time that begins at `start`, and each aggregate's state for them. */
export class Slice implements WindowPartial {
  readonly start: number;
  readonly table: TupleTable;
  readonly states: readonly AggregateState[];
  private readonly shape: SliceShape;

  constructor(shape: SliceShape, start: number, table: TupleTable, states: readonly AggregateState[]) {
    this.shape = shape;
    this.start = start;
    this.table = table;
    this.states = states;
  }

  get groups(): number {
    return this.table.size;
  }

  get bytes(): number {
    return this.states.reduce((sum, state) => sum + state.bytes, this.table.bytes);
  }

  /** The same state under another start; this one is not to be used any more. */
  movedTo(start: number): Slice {
    return new Slice(this.shape, start, this.table, this.states);
  }

  /** Call after groups were added, before states are touched. */
  ensure(): void {
    for (const state of this.states) state.ensure(this.table.size);
  }

  merge(from: Slice): void {
    const sources = Int32Array.from({ length: from.table.size }, (_, group) => group);
    const targets = new Int32Array(sources.length);
    this.table.insertAll(from.table.words, sources.length, targets);
    this.mergeStates(from, sources, targets, sources.length);
  }

  /** Only the groups that `wanted` holds. */
  mergeOnly(from: Slice, wanted: TupleTable): void {
    let sources = new Int32Array(0);
    let targets = new Int32Array(0);
    let count = 0;
    for (let tuple = 0; tuple < wanted.size; tuple++) {
      const source = from.table.find(wanted.words, tuple * wanted.width);
      if (source < 0) continue;
      sources = grownInts(sources, count + 1);
      targets = grownInts(targets, count + 1);
      sources[count] = source;
      targets[count++] = this.table.insert(wanted.words, tuple * wanted.width);
    }
    this.mergeStates(from, sources, targets, count);
  }

  /** A row for each group. */
  rows(window: Omit<WindowRow, 'keys' | 'values'>): WindowRow[] {
    const rows: WindowRow[] = [];
    for (let group = 0; group < this.table.size; group++)
      rows.push({
        ...window,
        keys: this.shape.layout.keys(this.table, group),
        values: this.states.map((state) => state.result(group)),
      });
    return rows;
  }

  write(writer: StateWriter): void {
    writer.number(this.start);
    this.shape.layout.write(writer, this.table);
    for (const state of this.states) state.write(writer, this.table.size);
  }

  private mergeStates(from: Slice, sources: Int32Array, targets: Int32Array, count: number): void {
    this.ensure();
    for (let index = 0; index < this.states.length; index++)
      this.states[index]!.merge(from.states[index]!, sources, targets, count);
  }
}

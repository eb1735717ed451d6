import { type Plan, type PlanAggregate, type SlicedWindow, slicedWindows } from '../../pipeline/plan.js';
import { type Accumulator, accumulatorOf, newAccumulator, type Place, type Result, resultOf } from './accumulators.js';
import { evaluator } from './evaluate.js';
import type { Value, Values } from './values.js';

/** One row that a window must have. */
export interface ExpectedRow {
  start: number;
  keys: Value[];
  /** By the window's aggregates. */
  results: Result[];
}

/** Rows of one window and size whose events have all been seen: those with from <= start < to. */
export interface SealedRows {
  window: SlicedWindow;
  span: SlicedWindow['spans'][number];
  from: number;
  to: number;
  /** By `identityOf` start and keys. */
  rows: Map<string, ExpectedRow>;
}

export function identityOf(start: number, keys: readonly Value[]): string {
  return JSON.stringify([start, ...keys.map((key) => (key === null ? null : String(key)))]);
}

/**
 * Every tumbling and hopping window of a plan, built the slow way: each event goes into every window that covers its time, each group has its values in plain maps,
 * sets and lists. What `seal` hands out is let go.
 */
export class ExpectedWindows {
  /** Groups that were not handed out yet. */
  groups = 0;
  private readonly windows: OneWindow[];
  private readonly mostHeld: number;

  /** When lists and sets hold more than `mostHeld` values together, sizes are given up, those that hold most first. */
  constructor(plan: Plan, mostHeld = 30_000_000) {
    this.windows = slicedWindows(plan).map((window) => new OneWindow(window));
    this.mostHeld = mostHeld;
  }

  add(event: Values, place: Place): void {
    for (const window of this.windows) this.groups += window.add(event, place);
  }

  /** What no event above `frontier` can change any more. */
  seal(frontier: number): SealedRows[] {
    const sealed = this.windows.flatMap((window) => window.seal(frontier));
    for (const { rows } of sealed) this.groups -= rows.size;
    return sealed;
  }

  /** Sizes that memory does not hold, from now on without groups; to be called now and then. */
  giveUp(): { window: SlicedWindow; span: SlicedWindow['spans'][number] }[] {
    const spans = this.windows.flatMap(({ window, spans }) =>
      spans.map((span) => ({ window, span, held: span.held() })),
    );
    spans.sort((a, b) => b.held - a.held);
    let held = spans.reduce((sum, each) => sum + each.held, 0);
    const given = [];
    for (const { window, span, held: its } of spans) {
      if (held <= this.mostHeld) break;
      held -= its;
      this.groups -= span.drop();
      given.push({ window, span: span.shape });
    }
    return given;
  }
}

class OneWindow {
  readonly window: SlicedWindow;
  readonly spans: OneSpan[];
  private readonly where: (event: Values) => Value;
  private readonly inputs: Input[] = [];
  /** By aggregate, which input it is computed from. */
  private readonly inputOf: number[];

  constructor(window: SlicedWindow) {
    this.window = window;
    this.where = window.where ? evaluator(window.where) : () => true;
    const known = new Map<string, number>();
    this.inputOf = window.aggregates.map((aggregate) => {
      const identity = JSON.stringify([accumulatorOf[aggregate.function], aggregate.argument, aggregate.where]);
      const place = known.get(identity) ?? this.inputs.push(inputOf(aggregate)) - 1;
      known.set(identity, place);
      return place;
    });
    this.spans = window.spans.map((span) => new OneSpan(span, this.inputs));
  }

  /** How many groups are new. */
  add(event: Values, place: Place): number {
    if (this.where(event) !== true) return 0;
    const keys = this.window.by.map((column) => event[column] ?? null);
    const values = this.inputs.map(({ valueFor }) => valueFor(event));
    const group = JSON.stringify(keys);
    return this.spans.reduce((made, span) => made + span.add(group, keys, values, place), 0);
  }

  seal(frontier: number): SealedRows[] {
    const { window } = this;
    return this.spans
      .filter((span) => !span.dropped)
      .map((span) => {
        const { from, to, groups } = span.seal(frontier);
        const rows = new Map<string, ExpectedRow>();
        for (const { start, keys, accumulators } of groups) {
          const results = window.aggregates.map((aggregate, index) =>
            resultOf(aggregate, accumulators[this.inputOf[index]!]!),
          );
          rows.set(identityOf(start, keys), { start, keys, results });
        }
        return { window, span: span.shape, from, to, rows };
      })
      .filter(({ from, to }) => from < to);
  }
}

interface Input {
  /** Null where the event does not count. */
  valueFor: (event: Values) => Value;
  aggregate: PlanAggregate;
}

function inputOf(aggregate: PlanAggregate): Input {
  const value = aggregate.argument ? evaluator(aggregate.argument) : () => true;
  const where = aggregate.where && evaluator(aggregate.where);
  return { aggregate, valueFor: where ? (event) => (where(event) === true ? value(event) : null) : value };
}

interface Group {
  start: number;
  keys: Value[];
  accumulators: Accumulator[];
}

/** The windows of one size by their start. */
class OneSpan {
  readonly shape: SlicedWindow['spans'][number];
  dropped = false;
  private readonly inputs: readonly Input[];
  private readonly starts = new Map<number, Map<string, Group>>();
  private sealedTo = Number.NEGATIVE_INFINITY;

  constructor(shape: SlicedWindow['spans'][number], inputs: readonly Input[]) {
    this.shape = shape;
    this.inputs = inputs;
  }

  add(group: string, keys: Value[], values: readonly Value[], place: Place): number {
    if (this.dropped) return 0;
    const { size, advance } = this.shape;
    let made = 0;
    for (let start = Math.floor(place.time / advance) * advance; start > place.time - size; start -= advance) {
      let groups = this.starts.get(start);
      if (!groups) {
        groups = new Map();
        this.starts.set(start, groups);
      }
      let found = groups.get(group);
      if (!found) {
        found = { start, keys, accumulators: this.inputs.map(({ aggregate }) => newAccumulator(aggregate)) };
        groups.set(group, found);
        made++;
      }
      for (let index = 0; index < values.length; index++) {
        const value = values[index]!;
        if (value !== null) found.accumulators[index]!.add(value, place);
      }
    }
    return made;
  }

  seal(frontier: number): { from: number; to: number; groups: Group[] } {
    const { size, advance } = this.shape;
    const from = this.sealedTo;
    // The last moment of a window, end - 1, is at or below the frontier.
    const to = Math.max(from, Math.floor((frontier - size + 1) / advance) * advance + advance);
    const groups: Group[] = [];
    for (const [start, found] of this.starts) {
      if (start >= to) continue;
      groups.push(...found.values());
      this.starts.delete(start);
    }
    this.sealedTo = to;
    return { from, to, groups };
  }

  held(): number {
    let held = 0;
    for (const groups of this.starts.values())
      for (const { accumulators } of groups.values()) for (const each of accumulators) held += each.held;
    return held;
  }

  drop(): number {
    const groups = [...this.starts.values()].reduce((sum, { size }) => sum + size, 0);
    this.starts.clear();
    this.dropped = true;
    return groups;
  }
}

import type { Plan, PlanAggregate, PlanWindow } from '../../pipeline/plan.js';
import { accumulatorOf, newAccumulator, type Place, type Result, resultOf } from './accumulators.js';
import { evaluator } from './evaluate.js';
import type { Part } from './part.js';
import { SessionPart } from './session-part.js';
import { SizedPart } from './sized-part.js';
import type { Value, Values } from './values.js';

/** One row that a window must have. */
export interface ExpectedRow {
  /** [start, end) in ms. */
  start: number;
  end: number;
  keys: Value[];
  /** By the window's aggregates. */
  results: Result[];
}

/** One size of a window, 0 for its sessions. */
export interface WindowSize {
  window: PlanWindow;
  size: number;
}

/** Rows of one window and size whose events have all been seen: those with from < end <= to. */
export interface SealedRows extends WindowSize {
  from: number;
  to: number;
  /** By `identityOf`. */
  rows: Map<string, ExpectedRow>;
}

export function identityOf({ start, end, keys }: Pick<ExpectedRow, 'start' | 'end' | 'keys'>): string {
  return JSON.stringify([start, end, ...keys.map((key) => (key === null ? null : String(key)))]);
}

/** The sizes of a plan's windows. */
export function sizesOf({ windows }: Pick<Plan, 'windows'>): WindowSize[] {
  return windows.flatMap((window): WindowSize[] =>
    window.kind === 'session' ? [{ window, size: 0 }] : window.spans.map(({ size }) => ({ window, size })),
  );
}

/**
 * Every window of a plan, built the slow way: each event goes into every window that it is in, each group has its values in plain maps, sets and
 * lists. What `seal` hands out is let go.
 */
export class ExpectedWindows {
  private readonly windows: OneWindow[];
  private readonly mostHeld: number;
  private sealedTo = Number.NEGATIVE_INFINITY;

  /** When lists and sets hold more than `mostHeld` values together, sizes are given up, those that hold most first. */
  constructor(plan: Plan, mostHeld = 30_000_000) {
    this.windows = plan.windows.map((window) => new OneWindow(window));
    this.mostHeld = mostHeld;
  }

  /** Groups that were not handed out yet. */
  get groups(): number {
    return this.windows.reduce((sum, { parts }) => parts.reduce((all, { groups }) => all + groups, sum), 0);
  }

  add(event: Values, place: Place): void {
    for (const window of this.windows) window.add(event, place);
  }

  /** What no event above `frontier` can change any more. */
  seal(frontier: number): SealedRows[] {
    const from = this.sealedTo;
    const to = Math.max(from, frontier + 1);
    if (to === from) return [];
    this.sealedTo = to;
    return this.windows.flatMap((window) => window.seal(frontier).map((each) => ({ ...each, from, to })));
  }

  /** Sizes that memory does not hold, from now on without groups; to be called now and then. */
  giveUp(): WindowSize[] {
    const all = this.windows.flatMap((window) => window.parts.map((part) => ({ window, part, held: part.held() })));
    all.sort((a, b) => b.held - a.held);
    let held = all.reduce((sum, each) => sum + each.held, 0);
    const given: WindowSize[] = [];
    for (const { window, part, held: its } of all) {
      if (held <= this.mostHeld) break;
      held -= its;
      window.parts = window.parts.filter((each) => each !== part);
      given.push({ window: window.window, size: part.size });
    }
    return given;
  }
}

class OneWindow {
  readonly window: PlanWindow;
  parts: Part[];
  private readonly where: (event: Values) => Value;
  private readonly inputs: Input[] = [];
  /** By aggregate, which input it is computed from. */
  private readonly inputOf: number[];

  constructor(window: PlanWindow) {
    this.window = window;
    this.where = window.where ? evaluator(window.where) : () => true;
    const known = new Map<string, number>();
    this.inputOf = window.aggregates.map((aggregate) => {
      const identity = JSON.stringify([accumulatorOf[aggregate.function], aggregate.argument, aggregate.where]);
      const place = known.get(identity) ?? this.inputs.push(inputOf(aggregate)) - 1;
      known.set(identity, place);
      return place;
    });
    const accumulators = () => this.inputs.map(({ aggregate }) => newAccumulator(aggregate));
    this.parts =
      window.kind === 'session'
        ? [new SessionPart(window, accumulators)]
        : window.spans.map((span) => new SizedPart(span, accumulators));
  }

  add(event: Values, place: Place): void {
    if (this.where(event) !== true) return;
    const keys = this.window.by.map((column) => event[column] ?? null);
    const values = this.inputs.map(({ valueFor }) => valueFor(event));
    const group = JSON.stringify(keys);
    for (const part of this.parts) part.add(group, keys, values, place);
  }

  seal(frontier: number): (WindowSize & { rows: Map<string, ExpectedRow> })[] {
    const { window } = this;
    return this.parts.map((part) => {
      const rows = new Map<string, ExpectedRow>();
      for (const { start, end, keys, accumulators } of part.seal(frontier)) {
        const results = window.aggregates.map((aggregate, index) =>
          resultOf(aggregate, accumulators[this.inputOf[index]!]!),
        );
        const row = { start, end, keys, results };
        rows.set(identityOf(row), row);
      }
      return { window, size: part.size, rows };
    });
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

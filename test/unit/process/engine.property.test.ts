import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReferenceDecoder } from '../../../src/core/process/decode/reference.js';
import { Dictionary } from '../../../src/core/process/dictionary.js';
import { Engine } from '../../../src/core/process/engine.js';
import { Merger, type WindowRows } from '../../../src/core/process/merger.js';
import { readPartials, writePartials } from '../../../src/core/process/partials.js';
import { Verdict } from '../../../src/core/process/verdict.js';
import { Watermark } from '../../../src/core/process/watermark.js';
import type { WindowRow } from '../../../src/core/process/window/type.js';
import { EngineWorker } from '../../../src/core/process/worker.js';
import { Oracle, type OracleEvent, type OracleWindow } from './oracle.js';
import { fetched, identity, planOf, times } from './support.js';

const yaml = `
  all:
    tumbling: [10, 20, 60]
    by: [kind, flag]
    aggregates:
      n: count()
      big: { value: count(), where: amount > 3 }
      total: sum(amount)
      money: sum(price * amount)
      weights: sum(weight)
      least: min(amount)
      most: max(price)
      mean: avg(price)
      users: count_distinct(user)
      prices: count_distinct(price)
      about: approx_count_distinct(user)
      median: quantile(price, 0.5)
      opening: first(amount)
      closing: { value: last(user), where: amount > 1 }
  hops:
    hopping: [{ size: 30, advance: 10 }, { size: 45, advance: 15 }]
    where: kind == "a" || flag
    aggregates: { n: count(), total: sum(amount), users: count_distinct(user) }
  visits:
    session: { gap: 15, max_duration: 100 }
    by: [user, flag]
    aggregates:
      n: count()
      total: sum(amount)
      kinds: count_distinct(kind)
      about: approx_count_distinct(kind)
      median: quantile(price, 0.5)
      opening: first(amount)
      closing: last(kind)
`;
const plan = planOf(yaml, times(10, 20, 40, 50));
const partitions = [0, 1, 2];
/** A user's events are all in one partition, as Kafka's partitioner has it. */
const partitionOf: Record<string, number> = { ann: 0, bob: 1, cy: 1, dé: 2 };

type Events = readonly OracleEvent[];
const known = (events: Events, field: string) =>
  events.map((event) => event[field] as number | undefined).filter((value) => value !== undefined);
const sum = (values: number[]) => (values.length === 0 ? null : values.reduce((a, b) => a + b, 0));
const cents = (value: number) => Math.round(value * 100);
const ordered = (events: Events, field: string) =>
  [...events]
    .filter((event) => event[field] !== undefined)
    .sort((a, b) => a.at - b.at || a.partition - b.partition || a.offset - b.offset)
    .map((event) => event[field]);

const median = (events: Events) => {
  const values = known(events, 'price').sort((a, b) => a - b);
  return values.length === 0 ? null : values[Math.floor((values.length - 1) / 2)];
};

const windows: Record<string, OracleWindow> = {
  all: {
    spans: [10, 20, 60].map((size) => ({ size, advance: size })),
    where: () => true,
    by: ['kind', 'flag'],
    aggregates: {
      n: (events) => events.length,
      big: (events) => known(events, 'amount').filter((amount) => amount > 3).length,
      total: (events) => sum(known(events, 'amount')),
      money: (events) =>
        sum(
          events
            .filter((e) => e.price !== undefined && e.amount !== undefined)
            .map((e) => cents(e.price as number) * (e.amount as number)),
        ),
      weights: (events) => sum(known(events, 'weight')),
      least: (events) => (known(events, 'amount').length ? Math.min(...known(events, 'amount')) : null),
      most: (events) => (known(events, 'price').length ? Math.max(...known(events, 'price').map(cents)) : null),
      mean: (events) =>
        known(events, 'price').length ? sum(known(events, 'price'))! / known(events, 'price').length : null,
      users: (events) => new Set(events.map(({ user }) => user)).size,
      prices: (events) => new Set(known(events, 'price')).size,
      about: (events) => new Set(events.map(({ user }) => user)).size,
      median,
      opening: (events) => ordered(events, 'amount')[0] ?? null,
      closing: (events) =>
        ordered(
          events.filter(({ amount }) => (amount as number) > 1),
          'user',
        ).at(-1) ?? null,
    },
  },
  visits: {
    spans: [],
    session: { gap: 15, maxDuration: 100 },
    where: () => true,
    by: ['user', 'flag'],
    aggregates: {
      n: (events) => events.length,
      total: (events) => sum(known(events, 'amount')),
      kinds: (events) => new Set(known(events, 'kind')).size,
      about: (events) => new Set(known(events, 'kind')).size,
      median,
      opening: (events) => ordered(events, 'amount')[0] ?? null,
      closing: (events) => ordered(events, 'kind').at(-1) ?? null,
    },
  },
  hops: {
    spans: [
      { size: 30, advance: 10 },
      { size: 45, advance: 15 },
    ],
    where: ({ kind, flag }) => kind === 'a' || flag === true,
    by: [],
    aggregates: {
      n: (events) => events.length,
      total: (events) => sum(known(events, 'amount')),
      users: (events) => new Set(events.map(({ user }) => user)).size,
    },
  },
};

/** One event: its time drifts with its place in the stream, so that late ones, repeats and forgotten ids all occur. */
const event = fc.record({
  jitter: fc.integer({ min: -60, max: 20 }),
  id: fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 100, max: 10_000 })),
  broken: fc.boolean().map((value) => value),
  early: fc.integer({ min: 0, max: 30 }),
  user: fc.constantFrom('ann', 'bob', 'cy', 'dé'),
  kind: fc.constantFrom('a', 'b', undefined),
  amount: fc.option(fc.integer({ min: -5, max: 9 }), { nil: undefined }),
  price: fc.option(
    fc.integer({ min: 0, max: 500 }).map((value) => value / 100),
    { nil: undefined },
  ),
  weight: fc.option(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { nil: undefined }),
  flag: fc.constantFrom(true, false, undefined),
});

type Step = { kind: 'events'; events: OracleEvent[] } | { kind: 'advance' | 'restart' | 'finish'; idle: number[] };

const idle = fc.oneof(
  { weight: 3, arbitrary: fc.constant([] as number[]) },
  { weight: 1, arbitrary: fc.subarray(partitions) },
);
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(event, { minLength: 1, maxLength: 12 }).map((events) => ({ kind: 'events' as const, events })),
  },
  { weight: 3, arbitrary: idle.map((each) => ({ kind: 'advance' as const, idle: each })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const, idle: [] as number[] }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'finish' as const, idle: [] as number[] }) },
);

/** Gives events their place: offsets by partition, times that go on by 3 ms an event. */
const scenario = fc.array(step, { minLength: 1, maxLength: 25 }).map((steps): Step[] => {
  const next = new Map(partitions.map((partition) => [partition, 0]));
  let clock = 0;
  return steps.map((each): Step => {
    if (each.kind !== 'events') return each;
    const events = each.events.map(({ jitter, id, early, broken, ...fields }) => {
      const partition = partitionOf[fields.user]!;
      const offset = next.get(partition)!;
      next.set(partition, offset + 1);
      clock += 3;
      const at = clock + jitter;
      // One in 30 is further ahead of its record than 50 ms, one in 20 is broken.
      const recordTime = at - (early === 0 ? 51 : 50);
      return { ...fields, partition, offset, at, id: `id-${id}`, recordTime, broken: broken && early === 1 };
    });
    return { kind: 'events', events };
  });
});

/** What the engine, in one thread or several, must do alike. */
interface Subject {
  process(events: readonly OracleEvent[]): string[];
  advance(idle: readonly number[]): WindowRows[];
  finish(): WindowRows[];
  restart(store: (rows: WindowRows[]) => void): Subject;
  watermark: number;
}

function recordOf({ partition, offset, recordTime, broken, ...value }: OracleEvent) {
  return { partition, offset, recordTime, value: broken ? '{' : value };
}

const nameOf = (code: number) => Object.entries(Verdict).find(([, value]) => value === code)![0];

/** Consecutive events of one partition, at most `most` of them: one batch each. */
function cut(events: readonly OracleEvent[], most: number): OracleEvent[][] {
  const batches: OracleEvent[][] = [];
  for (const each of events) {
    const last = batches.at(-1);
    if (last && last[0]!.partition === each.partition && last.length < most) last.push(each);
    else batches.push([each]);
  }
  return batches;
}

class Single implements Subject {
  private readonly engine = new Engine(plan, partitions);
  private readonly decoder = new ReferenceDecoder(plan, this.engine.dictionary);

  get watermark() {
    return this.engine.watermark;
  }

  process(events: readonly OracleEvent[]) {
    return Array.from(this.engine.process(this.decoder.decode(fetched(events.map(recordOf)))).verdicts, nameOf);
  }

  advance(idle: readonly number[]) {
    return this.engine.advance(idle);
  }

  finish() {
    return this.engine.finish();
  }

  /** Into a fresh engine and a fresh dictionary, and into another one again. */
  restart() {
    const next = new Single();
    next.engine.restore(this.engine.snapshot());
    next.decoder.dictionary = next.engine.renewDictionary(0)!;
    return next;
  }
}

/** Each second restart is a kill: what was judged since the one before is judged again, as recovery does it, and stored rows stay as they are. */
class Killed implements Subject {
  private engine = new Engine(plan, partitions);
  private decoder = new ReferenceDecoder(plan, this.engine.dictionary);
  private saved = this.engine.snapshot();
  private since: { watermark: number; events: readonly OracleEvent[] }[] = [];
  private restarts = 0;

  get watermark() {
    return this.engine.watermark;
  }

  process(events: readonly OracleEvent[]) {
    this.since.push({ watermark: this.engine.watermark, events });
    return Array.from(this.engine.process(this.decoder.decode(fetched(events.map(recordOf)))).verdicts, nameOf);
  }

  advance(idle: readonly number[]) {
    return this.engine.advance(idle);
  }

  finish() {
    return this.engine.finish();
  }

  restart(store: (rows: WindowRows[]) => void) {
    const { since } = this;
    this.since = [];
    if (this.restarts++ % 2 === 0) {
      this.saved = this.engine.snapshot();
      return this;
    }
    this.engine = new Engine(plan, partitions);
    this.decoder = new ReferenceDecoder(plan, this.engine.dictionary);
    this.engine.restore(this.saved);
    for (const { watermark, events } of since) {
      store(this.engine.advanceTo(watermark));
      this.process(events);
      store(this.engine.advance());
    }
    this.engine.suspectStored();
    return this;
  }
}

/** Workers with dictionaries of their own, whose partials reach the merger as bytes. */
class Several implements Subject {
  private readonly workers: { worker: EngineWorker; decoder: ReferenceDecoder }[];
  private readonly dictionary = new Dictionary();
  private readonly merger = new Merger(plan, this.dictionary);
  private readonly clock = new Watermark();

  constructor(count: number) {
    this.workers = Array.from({ length: count }, (_, index) => {
      const dictionary = new Dictionary();
      const own = partitions.filter((partition) => partition % count === index);
      return { worker: new EngineWorker(plan, own, dictionary), decoder: new ReferenceDecoder(plan, dictionary) };
    });
  }

  get watermark() {
    return this.clock.value;
  }

  process(events: readonly OracleEvent[]) {
    const { worker, decoder } = this.workers[events[0]!.partition % this.workers.length]!;
    return Array.from(worker.process(decoder.decode(fetched(events.map(recordOf)))).verdicts, nameOf);
  }

  advance(idle: readonly number[]) {
    const states = this.workers.flatMap(({ worker }) => [...worker.partitions.values()]);
    const watermark = this.clock.moveTo(this.clock.next(states, new Set(idle)));
    this.collect((worker) => writePartials(worker.takeDue(watermark)));
    const rows = this.merger.advance(watermark);
    for (const { worker } of this.workers) worker.setFreed(watermark);
    return rows;
  }

  finish() {
    const due = this.advance([]);
    this.collect((worker) => writePartials(worker.takeAll()));
    return [...due, ...this.merger.finish()];
  }

  restart() {
    return this;
  }

  private collect(take: (worker: EngineWorker) => Uint8Array) {
    for (const { worker } of this.workers) this.merger.add(readPartials(plan, this.dictionary, take(worker)));
  }
}

const aggregateNames = new Map(plan.windows.map((window) => [window.name, window.aggregates.map(({ name }) => name)]));

/** What is wrong with the rows whose windows end by `until`. One list and one assertion: assertions are slow. */
function mistakes(
  actual: ReadonlyMap<string, { window: string; row: WindowRow }>,
  oracle: Oracle,
  until: number,
): string[] {
  const found: string[] = [];
  const expected = new Map([...oracle.rows()].filter(([, row]) => row.end - 1 <= until));
  for (const key of expected.keys()) if (!actual.has(key)) found.push(`${key} is missing`);
  for (const [key, { window, row }] of actual) {
    // An open session's provisional row tells the end that it had when it was stored; it may have gone on since.
    if (row.end - 1 > until || (row.provisional && !expected.has(key) && until < Number.POSITIVE_INFINITY)) continue;
    const { values, end } = expected.get(key) ?? {};
    if (!values) found.push(`${key} is extra`);
    else if (row.end !== end) found.push(`${key} ends at ${row.end}, expected ${end}`);
    else if (row.provisional !== row.end - 1 > oracle.watermark) found.push(`${key} provisional: ${row.provisional}`);
    else
      aggregateNames.get(window)!.forEach((name, index) => {
        const value = row.values[index];
        const wanted = values[name];
        if (!matches(name, value, wanted)) found.push(`${key} ${name}: expected ${wanted}, got ${value}`);
      });
  }
  return found;
}

function matches(name: string, value: unknown, wanted: unknown): boolean {
  if (typeof value !== 'number' || typeof wanted !== 'number') return Object.is(value, wanted);
  if (name === 'about') return Math.abs(value - wanted) <= 1;
  if (name === 'median') return Math.abs(value - wanted) <= 0.0100001 * wanted;
  if (name === 'mean' || name === 'weights') return Math.abs(value - wanted) <= 1e-9 * Math.max(1e3, Math.abs(wanted));
  return value === wanted;
}

function check(first: Subject, steps: readonly Step[], most: number): void {
  let subject = first;
  const oracle = new Oracle(plan, windows, partitions);
  const results = new Map<string, { window: string; row: WindowRow }>();
  const keep = (rows: WindowRows[]) => {
    for (const { window, rows: some } of rows)
      for (const row of some)
        if (row.deleted) results.delete(identity(window.name, row));
        else results.set(identity(window.name, row), { window: window.name, row });
  };
  for (const each of [...steps, { kind: 'finish', idle: [] } as Step]) {
    if (each.kind === 'events') {
      for (const batch of cut(each.events, most))
        expect(subject.process(batch).join()).toBe(batch.map((one) => oracle.judge(one)).join());
    } else if (each.kind === 'restart') {
      subject = subject.restart(keep);
      // A kill may take a watermark back that idle partitions had let go on.
      oracle.watermark = subject.watermark;
    } else {
      oracle.advance(each.idle);
      keep(each.kind === 'finish' ? subject.finish() : subject.advance(each.idle));
      expect(subject.watermark).toBe(oracle.watermark);
      const until = each.kind === 'finish' ? Number.POSITIVE_INFINITY : oracle.watermark;
      expect(mistakes(results, oracle, until)).toEqual([]);
    }
  }
}

describe('the engine agrees with an oracle that goes through all events for each answer', () => {
  const anyCut = fc.constantFrom(1, 2, 5, 100);

  it('in one thread, saved and restored at any step, whatever the batches', () => {
    fc.assert(
      fc.property(scenario, anyCut, (steps, most) => check(new Single(), steps, most)),
      { numRuns: 120 },
    );
  }, 60_000);

  it('killed at any step, with rows in the store that the restored state knows nothing of', () => {
    fc.assert(
      fc.property(scenario, anyCut, (steps, most) => check(new Killed(), steps, most)),
      { numRuns: 120 },
    );
  }, 60_000);

  it('with several workers whose partials are merged', () => {
    fc.assert(
      fc.property(scenario, anyCut, fc.integer({ min: 1, max: 3 }), (steps, most, workers) =>
        check(new Several(workers), steps, most),
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

it('gives the same verdicts and the same rows for every interleaving of the partitions', () => {
  const outcome = (events: readonly OracleEvent[]) => {
    const subject = new Single();
    const verdicts = new Map<string, string>();
    for (const each of events) verdicts.set(`${each.partition}/${each.offset}`, subject.process([each])[0]!);
    const rows = new Map<string, unknown>();
    for (const { window, rows: some } of subject.finish())
      for (const row of some)
        rows.set(
          identity(window.name, row),
          row.values.filter((value) => !(typeof value === 'number' && !Number.isInteger(value))),
        );
    return { verdicts: new Map([...verdicts].sort()), rows: new Map([...rows].sort()) };
  };
  const eventsOnly = scenario.map((steps) => steps.flatMap((each) => (each.kind === 'events' ? each.events : [])));
  fc.assert(
    fc.property(eventsOnly, fc.infiniteStream(fc.nat()), (events, draws) => {
      const queues = partitions.map((partition) => events.filter((each) => each.partition === partition));
      const shuffled: OracleEvent[] = [];
      while (shuffled.length < events.length) {
        const waiting = queues.filter((queue) => queue.length > 0);
        shuffled.push(waiting[draws.next().value! % waiting.length]!.shift()!);
      }
      expect(outcome(shuffled)).toEqual(outcome(events));
    }),
    { numRuns: 60 },
  );
}, 60_000);

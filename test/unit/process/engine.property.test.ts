import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WindowRows } from '../../../src/core/process/merger.js';
import type { WindowRow } from '../../../src/core/process/window/type.js';
import { Oracle, type OracleEvent, type OracleWindow } from './oracle.js';
import { partitions, type Step, scenario } from './scenario.js';
import { cut, Killed, Several, Single, type Subject } from './subjects.js';
import { identity, planOf, times } from './support.js';

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
      fc.property(scenario, anyCut, (steps, most) => check(new Single(plan), steps, most)),
      { numRuns: 120 },
    );
  }, 60_000);

  it('killed at any step, with rows in the store that the restored state knows nothing of', () => {
    fc.assert(
      fc.property(scenario, anyCut, (steps, most) => check(new Killed(plan), steps, most)),
      { numRuns: 120 },
    );
  }, 60_000);

  it('with several workers whose partials are merged', () => {
    fc.assert(
      fc.property(scenario, anyCut, fc.integer({ min: 1, max: 3 }), (steps, most, workers) =>
        check(new Several(plan, workers), steps, most),
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

it('gives the same verdicts and the same rows for every interleaving of the partitions', () => {
  const outcome = (events: readonly OracleEvent[]) => {
    const subject = new Single(plan);
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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agrees, shown } from '../../../../src/core/verify/oracle/agreement.js';
import type { Findings } from '../../../../src/core/verify/oracle/findings.js';
import { planOf, type TestRecord, times } from '../../process/support.js';
import { Stored, tryStored } from './trial.js';

const plan = planOf(
  `
  all:
    tumbling: [10, 20, 60]
    by: [kind, flag]
    aggregates:
      n: count()
      big: { value: count(), where: amount > 3 || is_null(price) }
      total: sum(amount)
      money: sum(price * amount)
      weights: sum(weight)
      least: min(amount)
      most: max(price + 0.125)
      mean: avg(price)
      users: count_distinct(user)
      about: approx_count_distinct(user)
      median: quantile(price, 0.5)
      opening: first(amount)
      closing: { value: last(user), where: amount > 1 }
      flagged: last(flag)
      newest: max(at)
  hops:
    hopping: [{ size: 30, advance: 10 }, { size: 45, advance: 15 }]
    where: kind in ["a", "é"] || flag
    by: [amount]
    aggregates: { n: count(), rate: avg(weight / price), users: count_distinct(user) }
  visits:
    session: { gap: 15, max_duration: 100 }
    where: '!(kind == "b")'
    by: [user, flag]
    aggregates: { n: count(), total: sum(amount), opening: first(kind), closing: last(at), middle: "quantile(weight, 0.3)" }
`,
  times(10, 20, 40, 50),
);
const partitions = [0, 1, 2];

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const event = fc.record({
  partition: fc.constantFrom(...partitions),
  jitter: fc.integer({ min: -60, max: 20 }),
  id: fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 100, max: 10_000 })),
  early: fc.integer({ min: 0, max: 30 }),
  damage: fc.oneof(
    { weight: 12, arbitrary: fc.constant(undefined) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '{',
        '[]',
        'null',
        '{"user":7}',
        '"text"',
        { price: 1.005 },
        { amount: 1.5 },
        { user: '\ud800' },
      ),
    },
  ),
  user: fc.constantFrom('ann', 'bob', 'cy', 'dé'),
  kind: optional(fc.constantFrom('a', 'b', 'é', '')),
  amount: optional(fc.integer({ min: -5, max: 9 })),
  price: optional(fc.integer({ min: 0, max: 500 }).map((value) => value / 100)),
  weight: optional(fc.double({ min: -1e3, max: 1e3, noNaN: true })),
  flag: optional(fc.boolean()),
});

/** Records with their places: offsets by partition with a gap now and then, times that go on by 3 ms a record. */
const records = fc.array(event, { minLength: 1, maxLength: 120 }).map((events): TestRecord[] => {
  const next = new Map(partitions.map((partition) => [partition, 0]));
  return events.map(({ partition, jitter, id, early, damage, ...fields }, index) => {
    const offset = next.get(partition)! + (early === 7 ? 2 : 0);
    next.set(partition, offset + 1);
    const at = 3 * index + jitter;
    const whole = { id: `id-${id}`, at, ...fields };
    const value = typeof damage === 'object' ? { ...whole, ...damage } : (damage ?? whole);
    return { partition, offset, recordTime: at - (early === 0 ? 51 : 50), value };
  });
});

const idle = fc.array(fc.subarray(partitions), { minLength: 8, maxLength: 8 });
const cut = fc.integer({ min: 1, max: 12 });

/** The store after the engine took the records, a few at a time; with `idles`, partitions idle at times. */
function engineOn(all: readonly TestRecord[], few: number, idles: readonly (readonly number[])[] = []): Stored {
  const stored = new Stored(plan, partitions);
  let batch: TestRecord[] = [];
  let batches = 0;
  const flush = () => {
    if (batch.length > 0) stored.process(batch, idles[batches++ % Math.max(1, idles.length)] ?? []);
    batch = [];
  };
  for (const record of all) {
    if (batch.length === few || (batch[0] && batch[0].partition !== record.partition)) flush();
    batch.push(record);
  }
  flush();
  stored.finish();
  return stored;
}

function faults(findings: Findings) {
  const sum = (counts: ReadonlyMap<number, number>) => [...counts.values()].reduce((a, b) => a + b, 0);
  return {
    missing: sum(findings.missing),
    extra: sum(findings.extra),
    altered: findings.altered,
    lettersMissing: findings.lettersMissing,
    lettersExtra: findings.lettersExtra,
  };
}
const none = { missing: 0, extra: 0, altered: 0, lettersMissing: 0, lettersExtra: 0 };

/** Whatever differs between the windows of oracle and engine. */
function windowFaults(sealed: ReturnType<typeof tryStored>['sealed'], stored: Stored): string[] {
  const left = new Map(
    [...stored.windows.values()].map(({ window, row }) => [
      placeOf(window, row.size, row.start, row.end, row.keys),
      row,
    ]),
  );
  const differing: string[] = [];
  for (const { window, size, rows } of sealed)
    for (const { start, end, keys, results } of rows.values()) {
      const place = placeOf(window.name, size, start, end, keys.map(asKey));
      const row = left.get(place);
      left.delete(place);
      const same = window.aggregates.every((aggregate, index) => {
        const value = row?.values[index] ?? null;
        const isBool = aggregate.type === 'bool' && value !== null;
        return agrees(aggregate, results[index]!, isBool ? value === 1 : shown(aggregate, value));
      });
      if (!row || !same) differing.push(`${place}: ${results} but ${row?.values}`);
    }
  return [...differing, ...left.keys()];
}

function placeOf(window: string, size: number, start: number, end: number, keys: readonly unknown[]): string {
  return JSON.stringify([window, size, start, end, keys]);
}

function asKey(key: unknown): unknown {
  return typeof key === 'boolean' ? Number(key) : key;
}

describe('oracle and engine', () => {
  it('agree on every record and every window', () => {
    fc.assert(
      fc.property(records, cut, cut, (all, few, heard) => {
        const stored = engineOn(all, few);
        const { findings, sealed } = tryStored(plan, all, stored, heard);
        expect([faults(findings), windowFaults(sealed, stored)]).toEqual([none, []]);
        for (const { partition, ...counts } of stored.engine.counts())
          expect(findings.verdictsOf(partition)).toEqual({
            aggregated: counts.aggregated,
            late: counts.late,
            late_idle: counts.lateIdle,
            duplicates: counts.duplicates,
            dead_letters: counts.deadLetters,
          });
      }),
      { numRuns: 150 },
    );
  });

  it('agree when partitions idle, given how many events the engine calls late for it', () => {
    fc.assert(
      fc.property(records, cut, idle, (all, few, idles) => {
        const stored = engineOn(all, few, idles);
        const { findings, sealed } = tryStored(plan, all, stored, 7);
        expect([faults(findings), windowFaults(sealed, stored)]).toEqual([none, []]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('what was changed behind the engine is found', () => {
  type Damage = [what: string, apply: (stored: Stored, choice: number) => boolean, found: Partial<typeof none>];
  const rowAt = (stored: Stored, choice: number) => {
    const found = [...stored.rows].flatMap(([partition, rows]) =>
      rows.map((row, index) => ({ partition, rows, row, index })),
    );
    return found.length === 0 ? undefined : found[choice % found.length]!;
  };
  const damages: Damage[] = [
    [
      'a row that is gone',
      (stored, choice) => {
        const at = rowAt(stored, choice);
        return at?.rows.splice(at.index, 1).length === 1;
      },
      { missing: 1 },
    ],
    [
      'a row stored twice',
      (stored, choice) => {
        const at = rowAt(stored, choice);
        return at?.rows.splice(at.index, 0, at.row) !== undefined;
      },
      { extra: 1 },
    ],
    [
      'a row with another value',
      (stored, choice) => {
        const at = rowAt(stored, choice);
        if (!at) return false;
        at.rows[at.index] = { ...at.row, values: at.row.values.with(2, 'somebody else') };
        return true;
      },
      { altered: 1 },
    ],
    [
      'a row with another record time',
      (stored, choice) => {
        const at = rowAt(stored, choice);
        if (!at) return false;
        at.rows[at.index] = { ...at.row, recordTime: at.row.recordTime + 1 };
        return true;
      },
      { altered: 1 },
    ],
    [
      'a row that belongs to another partition',
      (stored, choice) => {
        const at = rowAt(stored, choice);
        if (!at) return false;
        at.rows.splice(at.index, 1);
        stored.rows.get((at.partition + 1) % partitions.length)!.push({ ...at.row, offset: 10_000 });
        return true;
      },
      { missing: 1, extra: 1 },
    ],
    [
      'a letter that is gone',
      (stored) => {
        for (const letters of [...stored.late.values(), ...stored.dead.values()])
          for (const offset of letters) return letters.delete(offset);
        return false;
      },
      { lettersMissing: 1 },
    ],
    [
      'a letter of an event that was aggregated',
      (stored, choice) => {
        const at = rowAt(stored, choice);
        return at !== undefined && stored.dead.get(at.partition)!.add(at.row.offset).size > 0;
      },
      { lettersExtra: 1 },
    ],
  ];

  it.each(damages)('%s', (_, apply, found) => {
    fc.assert(
      fc.property(records, fc.nat(), (all, choice) => {
        const stored = engineOn(all, 5);
        fc.pre(apply(stored, choice));
        const { findings } = tryStored(plan, all, stored, 9);
        expect(faults(findings)).toEqual({ ...none, ...found });
        expect(findings.differences().length).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPipeline } from '../../../../src/core/pipeline/load.js';
import type { Batch } from '../../../../src/core/process/batch.js';
import { ReferenceDecoder } from '../../../../src/core/process/decode/reference.js';
import { Dictionary } from '../../../../src/core/process/dictionary.js';
import { faultReasons } from '../../../../src/core/process/verdict.js';
import { fetched } from '../support.js';

const plan = loadPipeline(
  `
pipeline: shop
version: 1
topic: { key: user }
event:
  id: id
  time: at
  fields:
    id: string
    at: timestamp
    user: string
    count: { type: int, optional: true, min: -5, max: 5 }
    big: { type: int, optional: true }
    price: { type: decimal, scale: 2, optional: true, min: 0 }
    weight: { type: float, optional: true }
    flag: { type: bool, optional: true }
    kind: { type: string, optional: true, values: [a, b] }
    note: { type: string, optional: true }
    constructor: { type: string, optional: true }
enrich:
  - { table: users, on: { field: user, column: user_id }, take: { country: country, age: { column: age, type: int } } }
windows:
  w: { tumbling: [10s], by: [kind], aggregates: { n: count() } }
`,
  'test.yaml',
);

const good = { id: 'x', at: 1_700_000_000_000, user: 'ann' };

function decode(...values: unknown[]): Batch {
  const records = values.map((value, offset) => ({ partition: 0, offset, value }));
  return new ReferenceDecoder(plan, new Dictionary()).decode(fetched(records));
}

function faultOf(value: unknown): string {
  const { faults, faultColumns } = decode(value);
  const column = faultColumns[0]!;
  return faultReasons[faults[0]!] + (column < 0 ? '' : ` ${plan.fields[column]!.name}`);
}

/** What the columns hold of one row, as the plain values that they stand for. */
function valuesOf(batch: Batch, row: number): Record<string, unknown> {
  return Object.fromEntries(
    batch.columns.map((column, index) => {
      const { name } = plan.fields[index]!;
      if (column.kind === 'number') return [name, Number.isNaN(column.values[row]) ? null : column.values[row]];
      if (column.kind === 'interned')
        return [name, column.ids[row]! < 0 ? null : column.dictionary.textOf(column.ids[row]!)];
      const range = column.buffer.subarray(column.starts[row]!, column.ends[row]!);
      return [name, column.starts[row]! < 0 ? null : new TextDecoder().decode(range)];
    }),
  );
}

describe('a valid event', () => {
  it('fills one column per field: scaled decimals, 0 and 1 for bools, nulls for what is absent', () => {
    const batch = decode(
      { ...good, count: -5, price: 19.99, weight: -0.5, flag: true, kind: 'b', note: 'é\u0000"' },
      { ...good, id: 'y', count: null, other: { deep: [1] }, ['__proto__']: { count: 3 } },
    );
    expect([...batch.faults]).toEqual([0, 0]);
    const nothing = { big: null, constructor: null, country: null, age: null };
    expect(valuesOf(batch, 0)).toEqual({
      ...good,
      ...nothing,
      count: -5,
      price: 1999,
      weight: -0.5,
      flag: 1,
      kind: 'b',
      note: 'é\u0000"',
    });
    const absent = { count: null, price: null, weight: null, flag: null, kind: null, note: null };
    expect(valuesOf(batch, 1)).toEqual({ ...good, id: 'y', ...nothing, ...absent });
  });

  it('takes the last of a repeated key, and reads no inherited property', () => {
    const batch = decode('{"id":"x","at":1,"user":"ann","count":9,"count":2,"__proto__":{"note":"n"}}');
    expect(valuesOf(batch, 0)).toMatchObject({ count: 2, note: null, constructor: null });
    expect(decode({ ...good, constructor: 'mine' }).faults[0]).toBe(0);
  });

  it('knows one zero: -0 is 0 in every column', () => {
    const batch = decode('{"id":"x","at":-0,"user":"ann","count":-0,"price":-0.0,"weight":-0}');
    for (const name of ['at', 'count', 'price', 'weight'])
      expect(Object.is(valuesOf(batch, 0)[name], 0), name).toBe(true);
  });
});

describe('a dead letter', () => {
  it.each([
    [null, 'null_value'],
    ['', 'not_json'],
    ['{', 'not_json'],
    ['{"id":"x"} x', 'not_json'],
    ['\uFEFF{}', 'not_json'],
    ['['.repeat(100_000), 'not_json'],
    [new Uint8Array([0x22, 0xc3, 0x22]), 'not_utf8'],
    [new Uint8Array([0x7b, 0xff, 0x7d]), 'not_utf8'],
    ['[]', 'not_an_object'],
    ['null', 'not_an_object'],
    ['"text"', 'not_an_object'],
    ['7', 'not_an_object'],
    [{ at: 1, user: 'ann' }, 'missing_field id'],
    [{ ...good, user: null }, 'missing_field user'],
    [{ ...good, user: 7 }, 'wrong_type user'],
    [{ ...good, user: 'half \ud83d a character' }, 'not_utf8 user'],
    [{ ...good, at: '2026-01-01' }, 'wrong_type at'],
    [{ ...good, at: 1.5 }, 'out_of_range at'],
    [{ ...good, at: 10_413_792_000_000 }, 'out_of_range at'],
    [{ ...good, at: -2_208_988_800_001 }, 'out_of_range at'],
    [{ ...good, count: 6 }, 'out_of_range count'],
    [{ ...good, count: -6 }, 'out_of_range count'],
    [{ ...good, count: 1.5 }, 'out_of_range count'],
    [{ ...good, count: true }, 'wrong_type count'],
    [{ ...good, big: 2 ** 53 }, 'out_of_range big'],
    [`{"id":"x","at":1,"user":"u","big":${'9'.repeat(400)}}`, 'out_of_range big'],
    [{ ...good, price: 1.005 }, 'too_precise price'],
    [{ ...good, price: -0.01 }, 'out_of_range price'],
    [{ ...good, price: 1e15 }, 'out_of_range price'],
    ['{"id":"x","at":1,"user":"u","weight":1e999}', 'out_of_range weight'],
    [{ ...good, flag: 1 }, 'wrong_type flag'],
    [{ ...good, kind: 'c' }, 'not_allowed kind'],
    [{ ...good, kind: {} }, 'wrong_type kind'],
  ])('%#: %s', (value, expected) => {
    expect(faultOf(value)).toBe(expected);
  });

  it('names the first field at fault in the order of the file, and interns nothing of the event', () => {
    const dictionary = new Dictionary();
    const value = { kind: 'nowhere', count: 99, id: 'x', at: 1, user: 'only here' };
    const batch = new ReferenceDecoder(plan, dictionary).decode(fetched([{ partition: 0, offset: 0, value }]));
    expect(plan.fields[batch.faultColumns[0]!]!.name).toBe('count');
    expect(dictionary.size).toBe(0);
  });

  it('stops no neighbour', () => {
    expect([...decode(good, '{', good).faults].map((fault) => fault > 0)).toEqual([false, true, false]);
  });
});

describe('decimals', () => {
  it('become the scaled integer of every text with at most as many digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 46 }), (integer) => {
        const text = `${Math.floor(integer / 100)}.${String(integer % 100).padStart(2, '0')}`;
        const batch = decode(`{"id":"x","at":1,"user":"u","price":${text}}`);
        expect(valuesOf(batch, 0).price).toBe(integer);
      }),
    );
  });

  it('are refused with one digit more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), fc.integer({ min: 1, max: 9 }), (integer, digit) => {
        const text = `${Math.floor(integer / 100)}.${String(integer % 100).padStart(2, '0')}${digit}`;
        expect(faultOf(`{"id":"x","at":1,"user":"u","price":${text}}`)).toBe('too_precise price');
      }),
    );
  });
});

describe('whatever the bytes', () => {
  const mutated = fc
    .tuple(fc.json(), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat())
    .map(([text, edits, length]) => {
      const bytes = new TextEncoder().encode(text);
      for (const [at, byte] of edits) if (bytes.length > 0) bytes[at % bytes.length] = byte;
      return bytes.subarray(0, length % (bytes.length + 1));
    });
  const event = fc.record(
    Object.fromEntries(plan.fields.slice(0, plan.eventFields).map(({ name }) => [name, fc.jsonValue()])),
    { requiredKeys: [] },
  );
  const nearly = event.map((value) => JSON.stringify({ ...good, ...value }));

  it('every record gets its row, valid or with a reason, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.uint8Array(), mutated, nearly), { maxLength: 20 }), (values) => {
        const batch = decode(...values);
        expect(batch.faults.length).toBe(values.length);
        for (const [row, fault] of batch.faults.entries()) {
          expect(faultReasons[fault]).toBeDefined();
          if (fault > 0 && batch.faultColumns[row]! >= 0)
            expect(plan.fields[batch.faultColumns[row]!]!.origin).toBe('event');
        }
      }),
      { numRuns: 500 },
    );
  });
});

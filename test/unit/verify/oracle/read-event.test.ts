import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPipeline } from '../../../../src/core/pipeline/load.js';
import { ReferenceDecoder } from '../../../../src/core/process/decode/reference.js';
import { Dictionary } from '../../../../src/core/process/dictionary.js';
import { eventReader } from '../../../../src/core/verify/oracle/read-event.js';
import { fetched } from '../../process/support.js';

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
    price: { type: decimal, scale: 2, optional: true, min: 0 }
    fine: { type: decimal, scale: 9, optional: true }
    weight: { type: float, optional: true }
    flag: { type: bool, optional: true }
    kind: { type: string, optional: true, values: [a, b] }
    constructor: { type: string, optional: true }
enrich:
  - { table: users, on: { field: user, column: user_id }, take: { country: country } }
windows:
  w: { tumbling: [10s], by: [kind], aggregates: { n: count() } }
`,
  'test.yaml',
);
const read = eventReader(plan);
const good = { id: 'x', at: 1_700_000_000_000, user: 'ann' };
const bytesOf = (value: unknown): Uint8Array =>
  value instanceof Uint8Array
    ? value
    : new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

describe('an event', () => {
  it('has a value for each column: scaled decimals, null for what is absent, and for what is looked up', () => {
    expect(
      read(bytesOf({ ...good, count: 5, price: 19.99, fine: -0.000000001, flag: false, kind: 'b', more: 1 })),
    ).toEqual(['x', 1_700_000_000_000, 'ann', 5, 1999, -1, null, false, 'b', null, null]);
  });

  it.each([
    ['no value', null],
    ['no JSON', '{'],
    ['no object', '[1]'],
    ['null', 'null'],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['half a character', '{"id":"\\ud800","at":1,"user":"u"}'],
    ['no id', { ...good, id: undefined }],
    ['a null id', { ...good, id: null }],
    ['a number for a text', { ...good, user: 7 }],
    ['a text for a number', { ...good, count: '5' }],
    ['a number for a bool', { ...good, flag: 1 }],
    ['beyond max', { ...good, count: 6 }],
    ['below min', { ...good, price: -0.01 }],
    ['half an int', { ...good, count: 0.5 }],
    ['a digit too many', { ...good, price: 1.005 }],
    ['a decimal beyond 2^53', { ...good, price: 90_071_992_547_410 }],
    ['no allowed value', { ...good, kind: 'c' }],
    ['a time before 1900', { ...good, at: -2_208_988_800_001 }],
    ['a time with a fraction', { ...good, at: 1.5 }],
  ])('is not: %s', (_, value) => {
    expect(read(value === null ? null : bytesOf(value))).toBeUndefined();
  });

  it('has all digits of a large decimal', () => {
    expect(read(bytesOf({ ...good, price: 39_618_806_733_661.38 }))?.[4]).toBe(3_961_880_673_366_138);
  });

  it('is one for the oracle where it is one for the engine', () => {
    // Where a decimal's digits are 2^51 or more, the engine's own multiplication may be off by one.
    const small = (value: number) => Math.abs(value) < 2e6 || Math.abs(value) > 1e17 || Number.isNaN(value);
    const number = fc.oneof(
      fc.integer({ min: -6, max: 6 }),
      fc.double().filter(small),
      fc.integer({ min: -1e8, max: 1e8 }).map((value) => value / 100),
      fc.integer({ min: -1e9, max: 1e9 }).map((value) => value / 1e9),
    );
    const any = fc.oneof(
      number,
      fc.string({ unit: 'binary' }),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom('a', 'b'),
    );
    const event = fc.record(
      {
        id: fc.string(),
        at: fc.integer(),
        user: fc.string(),
        count: any,
        price: any,
        fine: number,
        weight: any,
        flag: any,
        kind: any,
      },
      { requiredKeys: ['id', 'at', 'user'] },
    );
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: event }, fc.json()), (value) => {
        const decoder = new ReferenceDecoder(plan, new Dictionary());
        const { faults } = decoder.decode(fetched([{ partition: 0, offset: 0, value }]));
        expect(read(bytesOf(value)) === undefined).toBe(faults[0] !== 0);
      }),
      { numRuns: 1_000 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../../src/core/generate/byte-writer.js';
import type { EventValues, Scalar } from '../../../src/core/generate/generator.js';
import { JsonEncoder } from '../../../src/core/generate/json-encoder.js';
import type { PlanField } from '../../../src/core/pipeline/plan.js';
import type { FieldType } from '../../../src/core/pipeline/schema.js';

const text = new TextDecoder('utf-8', { fatal: true });

describe('JsonEncoder', () => {
  test('numbers and strings are written as JSON.stringify writes them', () => {
    const numbers = fc.oneof(
      fc.double(),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.integer({ min: -1e9, max: 1e9 }).map((thousandths) => thousandths / 1000),
      fc.constantFrom(0, -0, 0.1, -0.5, 1e21, 5e-324, 123456789.125, 999999999999.999, 1e12, Number.MAX_SAFE_INTEGER),
    );
    fc.assert(
      fc.property(numbers, fc.string({ unit: 'binary' }), (number, string) => {
        const encoded = encode([field('float'), field('string')], [number, string]);
        expect(encoded).toBe(`{"f0":${JSON.stringify(number)},"f1":${JSON.stringify(string)}}`);
      }),
      { numRuns: 2000 },
    );
  });

  test('JSON.parse reads the values back, those left out excepted', () => {
    const columns = fc.array(
      fc.oneof(
        value('string', fc.string({ unit: 'grapheme' })),
        value('int', fc.maxSafeInteger()),
        value('timestamp', fc.integer({ min: 0, max: 4e12 })),
        value('float', fc.double({ noNaN: true, noDefaultInfinity: true })),
        value('bool', fc.boolean()),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(columns, (cells) => {
        const values = cells.map((cell) => cell.value);
        const expected = Object.fromEntries(
          values
            .map((each, index) => [`f${index}`, Object.is(each, -0) ? 0 : each])
            .filter(([, each]) => each !== undefined),
        );
        expect(
          JSON.parse(
            encode(
              cells.map((cell) => field(cell.type)),
              values,
            ),
          ),
        ).toEqual(expected);
      }),
    );
  });

  test('decimals show all digits of their scale', () => {
    const decimal = (scale: number, number: number) => encode([field('decimal', scale)], [number]);
    expect(decimal(2, 12.3)).toBe('{"f0":12.30}');
    expect(decimal(2, -0.07)).toBe('{"f0":-0.07}');
    expect(decimal(2, -0.001)).toBe('{"f0":0.00}');
    expect(decimal(0, 7)).toBe('{"f0":7}');
    expect(decimal(9, 1.5)).toBe('{"f0":1.500000000}');
    const cents = fc.integer({ min: -1e14, max: 1e14 });
    fc.assert(
      fc.property(cents, (units) => {
        expect(JSON.parse(decimal(2, units / 100)).f0).toBe(units / 100 + 0);
      }),
    );
  });

  test('ranges written before stay as they are when the buffer is full', () => {
    const writer = new ByteWriter(64);
    const encoder = new JsonEncoder({ fields: [field('string')], eventFields: 1 });
    const ranges = Array.from({ length: 100 }, (_, index) => {
      writer.mark = writer.position;
      encoder.encode(writer, ['x'.repeat(index)]);
      return { buffer: writer.buffer, start: writer.mark, end: writer.position };
    });
    for (const [index, { buffer, start, end }] of ranges.entries())
      expect(text.decode(buffer.subarray(start, end))).toBe(`{"f0":"${'x'.repeat(index)}"}`);
    expect(new Set(ranges.map(({ buffer }) => buffer)).size).toBeGreaterThan(1);
  });

  test('with the mark at 0 it is one growing buffer', () => {
    const writer = new ByteWriter(1);
    const encoder = new JsonEncoder({ fields: [field('int')], eventFields: 1 });
    for (let i = 0; i < 1000; i++) encoder.encode(writer, [i]);
    const lines = text.decode(writer.buffer.subarray(0, writer.position));
    expect(lines).toBe(Array.from({ length: 1000 }, (_, i) => `{"f0":${i}}`).join(''));
  });
});

function encode(fields: PlanField[], values: EventValues): string {
  const named = fields.map((each, index) => ({ ...each, name: `f${index}` }));
  const writer = new ByteWriter(16);
  new JsonEncoder({ fields: named, eventFields: named.length }).encode(writer, values);
  return text.decode(writer.buffer.subarray(0, writer.position));
}

function field(type: FieldType, scale = 0): PlanField {
  return { name: 'f0', type, optional: true, scale, interned: false, origin: 'event' };
}

function value(
  type: FieldType,
  values: fc.Arbitrary<Scalar>,
): fc.Arbitrary<{ type: FieldType; value: Scalar | undefined }> {
  return fc.record({ type: fc.constant(type), value: fc.option(fc.option(values), { nil: undefined }) });
}

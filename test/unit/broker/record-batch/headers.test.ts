import fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchHeaderAt, eachRecord, recordBytes } from '../../../../src/core/broker/record-batch/decode.js';
import { RecordBatchWriter } from '../../../../src/core/broker/record-batch/encode.js';
import { encodeHeaders, readHeaders } from '../../../../src/core/broker/record-batch/headers.js';

const position = { producerId: 1n, producerEpoch: 0, baseSequence: 0 };
const names = fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => name !== '__proto__');
const headers = fc.dictionary(names, fc.string({ unit: 'grapheme', maxLength: 200 }), {
  maxKeys: 5,
  noNullPrototype: true,
});

it('headers come back out of a batch as they went in, beside records without', () => {
  fc.assert(
    fc.property(fc.array(fc.option(headers), { minLength: 1, maxLength: 8 }), (wanted) => {
      const writer = new RecordBatchWriter(100_000);
      const value = Buffer.from('value');
      for (const each of wanted)
        if (each) expect(writer.append(5, null, value, 0, value.length, encodeHeaders(each))).toBe(true);
        else expect(writer.append(5, null, value)).toBe(true);
      const bytes = writer.finish(position);
      const header = batchHeaderAt(bytes, 0)!;
      const found: Record<string, string>[] = [];
      eachRecord(header, recordBytes(bytes, header), (_offset, _time, _ks, _ke, valueStart, valueEnd, headersStart) => {
        expect(bytes.toString('utf8', valueStart, valueEnd)).toBe('value');
        found.push(Object.fromEntries(readHeaders(bytes, headersStart)));
      });
      expect(found).toEqual(wanted.map((each) => each ?? {}));
    }),
  );
});

it('counts headers when it says whether a record has room', () => {
  const writer = new RecordBatchWriter(400);
  expect(writer.append(5, null, null, 0, 0, encodeHeaders({ a: 'x'.repeat(400) }))).toBe(false);
  expect(writer.count).toBe(0);
});

it('lengths beyond the bytes are refused', () => {
  expect(() => readHeaders(Buffer.from([2, 100, 97]), 0)).toThrow(RangeError);
});

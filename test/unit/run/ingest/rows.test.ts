import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReferenceDecoder } from '../../../../src/core/process/decode/reference.js';
import { Dictionary } from '../../../../src/core/process/dictionary.js';
import { faultReasons } from '../../../../src/core/process/verdict.js';
import { type Judge, judgeFor } from '../../../../src/core/run/ingest/judge.js';
import { linesOf, longestLine } from '../../../../src/core/run/ingest/lines.js';
import { csvRows, ndjsonRows, type Row } from '../../../../src/core/run/ingest/rows.js';
import { meterPlan, start } from '../support.js';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('lines', () => {
  test('are the same however the bytes arrive', async () => {
    const line = fc
      .array(fc.constantFrom('a', 'ü', '"', ' ', '\r', '✓'), { maxLength: 6 })
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.boolean(), fc.integer({ min: 1, max: 9 }), async (lines, ended, size) => {
        const text = lines.join('\n') + (ended ? '\n' : '');
        const found = await collect(linesOf(chunked(Buffer.from(text), size)));
        const expected = text
          .split('\n')
          .map((one, index) => ({ number: index + 1, text: one.endsWith('\r') ? one.slice(0, -1) : one }))
          .filter((one) => one.text !== '');
        expect(found.map(({ number, bytes }) => ({ number, text: bytes.toString() }))).toEqual(expected);
      }),
    );
  });

  test('one that is too long is known by its beginning, and the next one is whole', async () => {
    const text = Buffer.concat([Buffer.alloc(longestLine * 3, 'x'), Buffer.from('\nnext\n')]);
    const [long, next] = await collect(linesOf(chunked(text, 65_536)));
    expect(long).toMatchObject({ number: 1, tooLong: true });
    expect(long!.bytes.length).toBe(longestLine + 1);
    expect(next).toMatchObject({ number: 2, tooLong: false, bytes: Buffer.from('next') });
  });
});

const judge = judgeFor(meterPlan);

/** The reason that the engine would give, or undefined. */
function reasonOf(row: Row, by: Judge): string | undefined {
  if (row.problem !== undefined) return row.problem;
  try {
    by.check(row.event!, start);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('ndjson', () => {
  test('what is refused is what the decoder makes a dead letter of', async () => {
    const value = fc.oneof(
      fc.constantFrom('m', '', '\ud800', 12.34, 12.345, -1, 101, 1e300, true, null, start, '2026-01-01', 1.5),
      fc.json().map((text) => JSON.parse(text)),
    );
    const good = { id: 'e', at: start, meter: 'm', value: 1.25 };
    const event = fc.record({ id: value, at: value, meter: value, value, good: value }, { requiredKeys: [] });
    const line = fc.oneof(
      event.map((fields) => JSON.stringify({ ...good, ...fields })),
      event.map((fields) => JSON.stringify(fields)),
      fc.constantFrom('{', '[]', 'null', '7', '{"id":"e","at":1,"meter":"m","value":1}{', '\ufeff{}'),
    );
    await fc.assert(
      fc.asyncProperty(line, async (text) => {
        const bytes = Buffer.from(text);
        const [row] = await collect(ndjsonRows(chunked(bytes, 100), judge));
        const batch = new ReferenceDecoder(meterPlan, new Dictionary()).decode({
          partition: 0,
          size: 1,
          offsets: Float64Array.of(0),
          recordTimes: Float64Array.of(start),
          records: {
            buffer: bytes,
            keyStarts: Int32Array.of(-1),
            keyEnds: Int32Array.of(-1),
            valueStarts: Int32Array.of(0),
            valueEnds: Int32Array.of(bytes.length),
          },
        });
        const expected = faultReasons[batch.faults[0]!];
        const reason = reasonOf(row!, judge)?.split(':')[0] ?? 'none';
        // The engine judges the future after decoding, with the batch's times.
        if (reason !== 'future') expect(reason).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('a time too far in the future is refused', async () => {
    const text = JSON.stringify({ id: 'e', at: start + meterPlan.maxFutureSkew + 1, meter: 'm', value: 1 });
    const [row] = await collect(ndjsonRows(chunked(Buffer.from(text), 100), judge));
    expect(reasonOf(row!, judge)).toMatch(/^future: at/);
  });
});

describe('csv', () => {
  const notes: string[] = [];
  const headers: Buffer[] = [];
  const context = {
    plan: meterPlan,
    file: 'm.csv',
    note: (line: string) => void notes.push(line),
    onHeader: (raw: Buffer) => void headers.push(raw),
  };
  const rows = (text: string, size = 7) => collect(csvRows(chunked(Buffer.from(text), size), context));

  test('cells become what the plan says; empty ones are absent, other columns are left out', async () => {
    const found = await rows(
      '\ufeffat,id,meter,value,good,comment\n2026-01-31T12:00:00Z,e1,m1,1.50,true,x\n1700000000000,"e,2",m2,2,,\n',
    );
    expect(found.map(({ event }) => event)).toEqual([
      { at: 1_769_860_800_000, id: 'e1', meter: 'm1', value: 1.5, good: true },
      { at: start, id: 'e,2', meter: 'm2', value: 2 },
    ]);
    expect(JSON.parse(Buffer.from(found[0]!.value!).toString())).toEqual(found[0]!.event);
    expect(notes.at(-1)).toBe('m.csv: columns that are no field of meter are left out: comment');
    expect(headers.at(-1)!.toString()).toContain('at,id,meter');
  });

  test('bad rows are kept as they stand, with the line where they begin', async () => {
    const found = await rows(
      'at,id,meter,value\nsoon,e1,m,1\n1,e2,m\n1,"e\n3",m,x\n1,e4,m,1\n1,e5,"never closed\n1,e6,m,1\n',
    );
    expect(found.map((row) => [row.line, row.raw.toString(), reasonOf(row, judge)])).toEqual([
      [2, 'soon,e1,m,1', 'wrong_type: at: "soon"'],
      [3, '1,e2,m', 'expected 4 cells, got 3'],
      [4, '1,"e\n3",m,x', 'wrong_type: value: "x"'],
      [6, '1,e4,m,1', undefined],
      [7, '1,e5,"never closed\n1,e6,m,1', expect.stringContaining('Quote Not Closed')],
    ]);
  });

  test.each([
    ['at,id,meter\n', 'm.csv:1: expected a column for each required field; missing: value'],
    ['at,id,meter,value,at\n', 'm.csv:1: the column "at" stands twice'],
  ])('the header %o is refused', async (text, message) => {
    await expect(rows(text)).rejects.toThrow(message);
  });

  test('a quote that is not closed for too long names its line', async () => {
    await expect(rows(`at,id,meter,value\n1,e,m,1\n1,"${'x\n'.repeat(longestLine)}`, 65_536)).rejects.toThrow(
      /^m\.csv:3: expected a row of at most/,
    );
  });
});

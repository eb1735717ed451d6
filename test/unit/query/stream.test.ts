import { PassThrough, Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOf } from '../../../src/core/query/lines.js';
import { streamRows } from '../../../src/core/query/stream.js';

/** The text in pieces of arbitrary bytes, so that line ends, quotes and characters fall across them. */
function pieces(whole: string, cuts: readonly number[]): Buffer[] {
  const bytes = Buffer.from(whole);
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at]
    .map((from, index) => bytes.subarray(from, at[index] ?? bytes.length))
    .filter((part) => part.length > 0);
}

const cuts = fc.array(fc.nat(500), { maxLength: 10 });
const value = fc.string({ unit: fc.constantFrom('a', 'ü', '"', '\n', ',', '\\'), maxLength: 8 });

async function streamed(whole: string, where: readonly number[], as: 'csv' | 'json' | 'ndjson') {
  const out = new PassThrough();
  const written = text(out);
  const rows = await streamRows(Readable.from(pieces(whole, where)), as, out);
  out.end();
  return { rows, written: await written };
}

describe('streamRows', () => {
  it('passes ndjson on and counts its rows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value), cuts, async (values, where) => {
        const whole = values.map((each) => `${JSON.stringify({ v: each })}\n`).join('');
        expect(await streamed(whole, where, 'ndjson')).toEqual({ rows: values.length, written: whole });
      }),
    );
  });

  it('makes one JSON array of the rows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value), cuts, async (values, where) => {
        const whole = values.map((each) => `${JSON.stringify({ v: each })}\n`).join('');
        const { rows, written } = await streamed(whole, where, 'json');
        expect(JSON.parse(written)).toEqual(values.map((v) => ({ v })));
        expect(rows).toBe(values.length);
      }),
    );
  });

  it('counts records of CSV, not its lines', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value), cuts, async (values, where) => {
        const whole = ['v', ...values].map((each) => `"${each.replaceAll('"', '""')}"\n`).join('');
        expect(await streamed(whole, where, 'csv')).toEqual({ rows: values.length, written: whole });
      }),
    );
  });

  it('ends quietly when nobody reads any more', async () => {
    const closed = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const out = new Writable({ write: (_chunk, _encoding, done) => done(closed) });
    await expect(streamRows(Readable.from(pieces('{}\n', [])), 'ndjson', out)).resolves.toBeLessThanOrEqual(1);
  });

  it('fails when writing fails for another reason', async () => {
    const out = new Writable({ write: (_chunk, _encoding, done) => done(new Error('disk full')) });
    await expect(streamRows(Readable.from(pieces('{}\n', [])), 'ndjson', out)).rejects.toThrow('disk full');
  });
});

it('linesOf gives the lines whole, however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'ü', '😀'), minLength: 1 })),
      cuts,
      async (lines, where) => {
        const found: string[] = [];
        for await (const line of linesOf(Readable.from(pieces(lines.join('\n'), where)))) found.push(line);
        expect(found).toEqual(lines);
      },
    ),
  );
});

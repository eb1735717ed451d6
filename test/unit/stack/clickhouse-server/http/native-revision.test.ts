import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withRevision } from '../../../../../src/core/stack/clickhouse-server/http/native-revision.js';

const text = (value: string) => Buffer.from([value.length, ...Buffer.from(value)]);
const info = Buffer.from([1, 0, 2, 255, 255, 255, 255, 0]);

/** n UInt8 = 1, 2; s Array(String) = ['a', 'bc'], []. */
const head = Buffer.concat([Buffer.from([2, 2]), text('n'), text('UInt8')]);
const values = Buffer.from([1, 2]);
const second = Buffer.concat([text('s'), text('Array(String)')]);
const offsets = Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
const strings = Buffer.concat([text('a'), text('bc')]);
const block = Buffer.concat([head, values, second, offsets, strings]);
const flag = Buffer.from([0]);
const expected = Buffer.concat([info, head, flag, values, second, flag, offsets, strings]);

async function through(bytes: Buffer, version: number, cuts: number[]): Promise<Buffer> {
  const borders = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const chunks = async function* () {
    for (let i = 1; i < borders.length; i += 1) yield bytes.subarray(borders[i - 1], borders[i]);
  };
  const found: Buffer[] = [];
  for await (const piece of withRevision(chunks(), version)) found.push(piece);
  return Buffer.concat(found);
}

test('blocks get their heads and flags, however they were cut on their way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { maxLength: 8 }), async (cuts) => {
      expect(await through(Buffer.concat([block, block]), 54460, cuts)).toEqual(Buffer.concat([expected, expected]));
    }),
  );
});

test('an old version has no flags', async () => {
  expect(await through(block, 54405, [])).toEqual(Buffer.concat([info, block]));
});

test('a type of unknown layout is refused by name', async () => {
  const unknown = Buffer.concat([Buffer.from([1, 1]), text('v'), text('Variant(Int8, String)'), Buffer.from([0])]);
  await expect(through(unknown, 54460, [])).rejects.toMatchObject({
    code: 48,
    message: expect.stringContaining('Variant'),
  });
});

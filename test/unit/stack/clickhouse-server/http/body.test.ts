import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limited, readHead, spool } from '../../../../../src/core/stack/clickhouse-server/http/body.js';

async function* chunks(...sizes: number[]): AsyncGenerator<Buffer> {
  for (const [index, size] of sizes.entries()) yield Buffer.alloc(size, index + 1);
}
const path = () => join(mkdtempSync(join(tmpdir(), 'body-')), 'rows');

test('a head is whole when the body ends within it', async () => {
  expect(await readHead(chunks(3, 4), 10)).toMatchObject({ complete: true, bytes: Buffer.from([1, 1, 1, 2, 2, 2, 2]) });
  expect(await readHead(chunks(), 10)).toMatchObject({ complete: true, bytes: Buffer.alloc(0) });
  expect(await readHead(chunks(3, 4, 5), 6)).toMatchObject({ complete: false, bytes: { length: 7 } });
});

test.each([[[10]], [[2 << 20, 5, 3 << 20]], [[1 << 20, 1 << 20]], [[0]]])(
  'a body of %j bytes is spooled whole',
  async (sizes) => {
    const file = path();
    const all: Buffer[] = [];
    for await (const chunk of chunks(...sizes)) all.push(chunk);
    const length = await spool(file, await readHead(chunks(...sizes), 1 << 20));
    expect(length).toBe(Buffer.concat(all).length);
    expect(readFileSync(file).equals(Buffer.concat(all))).toBe(true);
  },
);

test('a body beyond the limit is refused, one of just that length is not', async () => {
  expect((await readHead(limited(chunks(5, 5), 10), 100)).bytes.length).toBe(10);
  await expect(readHead(limited(chunks(5, 6), 10), 100)).rejects.toMatchObject({ code: 131 });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { readStatement } from '../../../src/core/query/source.js';
import { planOf } from '../sink/fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'pipe-query-'));
const file = join(folder, 'a.sql');
writeFileSync(file, 'SELECT 2;\n');
afterAll(() => rmSync(folder, { recursive: true }));

const input = (text: string) => ({ stdin: Readable.from(text === '' ? [] : [Buffer.from(text)]) });
const terminal = { stdin: Object.assign(Readable.from([]), { isTTY: true }) };
const plan = async () => planOf();

describe('the statement', () => {
  it.each([
    ['the argument, without its semicolons', { sql: ' SELECT 1 ;; ' }, input(''), 'SELECT 1'],
    ['a file', { file }, input('SELECT 3'), 'SELECT 2'],
    ['standard input as a file', { file: '-' }, input('SELECT 3'), 'SELECT 3'],
    ['standard input', {}, input("SELECT 'ü';\n"), "SELECT 'ü'"],
  ])('comes from %s', async (_, source, runtime, sql) => {
    expect(await readStatement(source, runtime)).toEqual({ sql, params: {} });
  });

  it('comes from the pipeline by name, with its defaults', async () => {
    expect(await readStatement({ name: 'throughput', plan }, input(''))).toMatchObject({
      params: { step: 10, limit: 20 },
    });
  });
});

it.each([
  ['two sources', { sql: 'SELECT 1', file }, input(''), 'expected one statement, got SQL and --file'],
  ['three sources', { sql: 'x', file, name: 'y' }, input(''), 'expected one statement, got SQL and --file and --name'],
  ['an empty argument', { sql: ' ; ' }, input(''), 'expected a statement in the argument, found nothing'],
  ['empty input', {}, input(''), 'expected a statement in standard input, found nothing'],
  ['nothing at a terminal', {}, terminal, 'expected a statement, got none'],
  ['a file that is not there', { file: '/nowhere/a.sql' }, input(''), 'cannot read /nowhere/a.sql'],
  ['a name without a pipeline', { name: 'throughput' }, input(''), '--name needs a pipeline'],
])('refuses %s', async (_, source, runtime, message) => {
  await expect(readStatement(source, runtime)).rejects.toMatchObject({
    exit: 2,
    message: expect.stringContaining(message),
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OwnTable } from '../../../src/core/metadata/own-cells.js';
import { type OwnFile, ownFile } from '../../../src/core/metadata/own-file.js';
import { ownRows } from '../../../src/core/metadata/own-rows.js';
import type { Cell } from '../../../src/core/metadata/rows/table.js';

const folder = mkdtempSync(join(tmpdir(), 'pipe-own-rows-'));
let file: OwnFile;

beforeAll(async () => {
  writeFileSync(
    join(folder, 'p.yaml'),
    'metadata:\n  tables:\n    depots:\n      rows:\n        - { id: A, fee: 1.5 }\n        - { id: B, fee: 1.555 }\n',
  );
  file = await ownFile('p.yaml', folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const columns: OwnTable['columns'] = {
  id: { type: 'text' },
  fee: { type: 'decimal', scale: 2 },
  gates: { type: 'int' },
};

async function collect<T>(from: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of from) all.push(each);
  return all;
}

async function rowsFromCsv(text: string): Promise<Cell[][]> {
  writeFileSync(join(folder, 'depots.csv'), text);
  return collect(ownRows(file, 'depots', { columns, key: 'id', rows_from: 'depots.csv' }));
}

test('cells come in the order of the declared columns, whatever that of the file', async () => {
  expect(await rowsFromCsv('gates,id\n4,A\n')).toEqual([['A', null, 4]]);
});

test('an empty cell is null, a quoted empty one is an empty text, and a byte order mark is no part of a name', async () => {
  expect(await rowsFromCsv('\uFEFFid,fee\r\n"",\r\nB,2\r\n')).toEqual([
    ['', null, null],
    ['B', '2', null],
  ]);
});

test.each([
  [
    'bad cells, all of them',
    'id,fee,gates\nA,1.555,x\nB,1,2\nC,,1.5\n',
    /^depots.csv:2: depots.fee: expected a decimal.*\n.*:2: depots.gates: .*\n.*:4: depots.gates: /,
  ],
  ['the line after a cell of two lines', 'id,gates\n"A\nA",1\nB,x\n', /^depots.csv:4: depots.gates/],
  ['a key that stands twice', 'id\nA\nB\nA\n', 'depots.csv:4: depots.id: "A" stands at depots.csv:2 already'],
  ['a key that is missing', 'id,fee\n,1\n', 'depots.csv:2: depots.id: the key is missing'],
  ['an unknown column', 'id,fees\nA,1\n', 'depots.csv:1: depots: unknown column "fees"; expected id, fee, gates'],
  ['a column that stands twice', 'id,fee,fee\nA,1,1\n', 'depots.csv:1: depots: column "fee" stands twice'],
  ['no key column', 'fee\n1\n', 'depots.csv:1: depots: the key id is missing'],
  ['too many cells', 'id\nA\nB,1\n', 'depots.csv:3: expected 1 cells, got 2'],
  ['a quote without its end', 'id\nA\n"B\n', /^depots.csv:3: Quote Not Closed/],
  ['no header', '', 'depots.csv:1: expected a header'],
])('%s', async (_, text, message) => {
  await expect(rowsFromCsv(text)).rejects.toThrow(message);
});

test('stops at twenty problems', async () => {
  const bad = `id,gates\n${Array.from({ length: 50 }, (_, index) => `${index},x\n`).join('')}`;
  const error: Error = await rowsFromCsv(bad).catch((thrown) => thrown);
  expect(error.message.split('\n')).toHaveLength(20);
});

test('a CSV file that is not there is named at the line that asks for it', async () => {
  const rows = ownRows(file, 'depots', { columns, key: 'id', rows_from: 'none.csv' });
  await expect(collect(rows)).rejects.toThrow('p.yaml:3: depots: cannot read none.csv: ENOENT');
});

test('rows of the pipeline file are named by their own lines', async () => {
  const rows = ownRows(file, 'depots', {
    columns,
    key: 'id',
    rows: [
      { id: 'A', fee: 1.5 },
      { id: 'B', fee: 1.555 },
    ],
  });
  await expect(collect(rows)).rejects.toThrow('p.yaml:6: depots.fee: expected a decimal');
});

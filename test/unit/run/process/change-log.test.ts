import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ChangeLog, holdsFor, type LoggedChange, readChanges } from '../../../../src/core/run/process/change-log.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipe-changes-'));
  path = join(folder, '1.changes');
});
afterEach(() => rmSync(folder, { recursive: true }));

const change = (key: string, from: number): LoggedChange => ({
  from: { 0: from, 1: 7 },
  changes: [
    new Map([
      [key, ['Tea', 1125, true, null]],
      ['gone', null],
    ]),
    new Map([[3, ['three']]]),
  ],
});

it('gives back what was appended, over several openings, numbers and texts as keys', () => {
  expect(readChanges(path)).toEqual([]);
  for (const [key, from] of [
    ['a\n', 5],
    ['b', 6],
  ] as const) {
    const log = new ChangeLog(path);
    log.append(change(key, from));
    expect(log.bytes).toBe(readFileSync(path).byteLength);
    log.close();
  }
  expect(readChanges(path)).toEqual([change('a\n', 5), change('b', 6)]);
});

it('forgets a torn last line, also for what is appended after it', () => {
  const log = new ChangeLog(path);
  log.append(change('a', 5));
  appendFileSync(path, '{"from":{"0":9},"chan');
  expect(readChanges(path)).toEqual([change('a', 5)]);
  new ChangeLog(path).append(change('b', 6));
  expect(readChanges(path)).toEqual([change('a', 5), change('b', 6)]);
});

it.each<[what: string, ranges: [partition: number, from: number][], holds: boolean]>([
  ['a block that begins where the change was logged', [[0, 5]], true],
  ['a later one', [[0, 9]], true],
  ['an earlier one', [[0, 4]], false],
  [
    'a block of both partitions, behind it',
    [
      [0, 5],
      [1, 7],
    ],
    true,
  ],
  ['one of the other partition, before it', [[1, 6]], false],
  ['one without records, which blocks of before may follow', [], false],
])('%s: holds %j, %s', (_, ranges, holds) => {
  const blocks = ranges.map(([partition, from]) => ({ partition, from, to: from + 1 }));
  expect(holdsFor(change('a', 5), blocks)).toBe(holds);
});

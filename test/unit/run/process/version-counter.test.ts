import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { VersionCounter } from '../../../../src/core/run/process/version-counter.js';

let path: string;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipe-versions-'));
  path = join(folder, 'starts');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('grows from row to row and from start to start, also when a start numbered nothing', () => {
  const versions: number[] = [];
  for (const rows of [3, 0, 2, 1]) {
    const counter = new VersionCounter(path);
    for (let row = 0; row < rows; row++) versions.push(counter.next());
  }
  expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  expect(versions).toHaveLength(6);
});

it('stays exact for more starts than there can be', () => {
  writeFileSync(path, `${2 ** 20}\n`);
  const counter = new VersionCounter(path);
  const first = counter.next();
  expect(Number.isSafeInteger(first)).toBe(true);
  expect(counter.next()).toBe(first + 1);
});

it.each(['', 'x\n', '3'])(
  'a damaged count (%j) is refused: a lower version would lose against what is stored',
  (text) => {
    writeFileSync(path, text);
    expect(() => new VersionCounter(path)).toThrow(expect.objectContaining({ code: 'STARTS_DAMAGED', exit: 2 }));
  },
);

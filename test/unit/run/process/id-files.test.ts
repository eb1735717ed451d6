import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AddedIds } from '../../../../src/core/process/deduplicate/deduplicator.js';
import { type IdFile, IdFiles, readIdFiles } from '../../../../src/core/run/process/id-files.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipe-ids-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** `bytes` stand for ids of these times. */
function added(bytes: number[] | undefined, newest: number, forgotten = Number.NEGATIVE_INFINITY): AddedIds {
  return { bytes: bytes && Uint8Array.from(bytes), newest, forgotten };
}

function idsIn(files: readonly IdFile[]): [number, number[]][] {
  return [...readIdFiles(folder, files)].map(([partition, bytes]) => [partition, [...bytes]]);
}

describe('files of ids', () => {
  it('give back what was added, in order, up to where a checkpoint needs them', () => {
    const files = new IdFiles(folder, []);
    const first = files.add(1, new Map([[0, added([1, 10], 5)]]));
    const second = files.add(
      2,
      new Map([
        [0, added([2], 6)],
        [1, added([3], 7)],
      ]),
    );
    expect(idsIn(first.files)).toEqual([[0, [1, 10]]]);
    expect(idsIn(second.files)).toEqual([
      [0, [1, 10]],
      [0, [2]],
      [1, [3]],
    ]);
    expect(first.bytes + second.bytes).toBe(second.files.reduce((sum, { bytes }) => sum + bytes, 0));
  });

  it('write nothing when there is nothing new', () => {
    const files = new IdFiles(folder, []);
    expect(files.add(1, new Map([[0, added(undefined, Number.NEGATIVE_INFINITY)]]))).toEqual({ files: [], bytes: 0 });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('are not added to by a later run, whatever a crash left behind their end', () => {
    const { files } = new IdFiles(folder, []).add(1, new Map([[0, added([1], 5)]]));
    appendFileSync(join(folder, '1.ids'), 'half of what a checkpoint that never came would need');
    const second = new IdFiles(folder, files).add(2, new Map([[0, added([2], 6)]]));
    expect(second.files.map(({ number }) => number)).toEqual([1, 2]);
    expect(idsIn(second.files)).toEqual([
      [0, [1]],
      [0, [2]],
    ]);
  });

  it('of a checkpoint that never came are begun anew', () => {
    new IdFiles(folder, []).add(1, new Map([[0, added([1], 5)]]));
    const { files } = new IdFiles(folder, []).add(1, new Map([[0, added([2], 5)]]));
    expect(idsIn(files)).toEqual([[0, [2]]]);
  });

  it('are removed once neither the checkpoint nor the one before needs them', () => {
    const files = new IdFiles(folder, []);
    // Each as large as all before it, so that each is a file.
    files.add(1, new Map([[0, added(Array(10).fill(1), 5)]]));
    files.dropOld();
    files.add(2, new Map([[0, added(Array(1000).fill(2), 20)]]));
    files.dropOld();
    expect(files.add(3, new Map([[0, added([], 30, 5)]])).files.map(({ number }) => number)).toEqual([2, 3]);
    files.dropOld();
    expect(readdirSync(folder).sort()).toEqual(['1.ids', '2.ids', '3.ids']);
    files.add(4, new Map([[0, added(undefined, Number.NEGATIVE_INFINITY, 5)]]));
    files.dropOld();
    expect(readdirSync(folder).sort()).toEqual(['2.ids', '3.ids']);
  });

  it('are kept for a partition that stands still', () => {
    const files = new IdFiles(folder, []);
    files.add(
      1,
      new Map([
        [0, added([1], 5)],
        [1, added([1], 5)],
      ]),
    );
    const later = files.add(
      2,
      new Map([
        [0, added([2], 100, 99)],
        [1, added(undefined, Number.NEGATIVE_INFINITY)],
      ]),
    );
    expect(later.files.map(({ number }) => number)).toContain(1);
  });

  it('are some sixteen, however many checkpoints there are within the horizon', () => {
    const files = new IdFiles(folder, []);
    let most = 0;
    for (let number = 1; number <= 2000; number++) {
      const { files: needed } = files.add(number, new Map([[0, added([1, 2, 3], number, number - 500)]]));
      files.dropOld();
      if (number > 1000) most = Math.max(most, needed.length);
    }
    expect(most).toBeLessThan(24);
    expect(readdirSync(folder).length).toBeLessThan(26);
  });

  it('with a byte wrong or missing are told from whole ones', () => {
    const { files } = new IdFiles(folder, []).add(1, new Map([[0, added([1, 2, 3], 5)]]));
    const path = join(folder, '1.ids');
    const whole = readFileSync(path);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(whole);
        damaged[at]! ^= change;
        writeFileSync(path, damaged);
        expect(() => idsIn(files)).toThrow();
        truncateSync(path, at);
        expect(() => idsIn(files)).toThrow(`${path}: the checksum does not hold`);
      }),
    );
    rmSync(path);
    expect(() => idsIn(files)).toThrow(/no such file/);
  });
});

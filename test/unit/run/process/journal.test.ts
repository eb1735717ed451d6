import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Basis } from '../../../../src/core/run/process/basis.js';
import { Journal, readJournal } from '../../../../src/core/run/process/journal.js';
import { checkpointAt } from './checkpoints.js';

let folder: string;
const problems: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipe-journal-'));
  problems.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What the next start finds: nothing is closed before, as after a kill. */
function start(): Journal {
  return new Journal(folder, (problem) => problems.push(problem));
}

/** Announces one block of the next record. */
function announce(journal: Journal): number {
  const from = journal.lastIntent;
  return journal.begin([{ partition: 0, from, to: from + 1 }], from).number;
}

function checkpoint(journal: Journal, basis?: Basis): void {
  journal.checkpoint(checkpointAt(journal.lastIntent), basis);
}

/** As checkpoint, with new ids of partition 0, which stand for some of this time. */
function checkpointWithIds(journal: Journal, ...bytes: number[]): void {
  const ids = new Map([[0, { bytes: Uint8Array.from(bytes), newest: 5, forgotten: 0 }]]);
  journal.checkpoint({ ...checkpointAt(journal.lastIntent), ids });
}

function remembered(journal: Journal): number[][] {
  return [...journal.ids()].map(([, bytes]) => [...bytes]);
}

function outstanding(journal: { outstanding: Journal['outstanding'] }): [number, boolean][] {
  return journal.outstanding.map(({ intent, done }) => [intent.number, done]);
}

describe('a start', () => {
  it('in an empty folder finds nothing', () => {
    const journal = start();
    expect([journal.restored, journal.outstanding, journal.lastIntent]).toEqual([undefined, [], 0]);
  });

  it('after a kill finds what was announced since the checkpoint, and numbers on', () => {
    const first = start();
    checkpoint(first);
    announce(first);
    first.log.done(announce(first));
    const second = start();
    expect(second.restored!.number).toBe(1);
    expect(outstanding(second)).toEqual([
      [1, false],
      [2, true],
    ]);
    expect(announce(second)).toBe(3);
    expect(outstanding(start())).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
  });

  it('after a checkpoint finds nothing to judge again', () => {
    const first = start();
    checkpoint(first);
    announce(first);
    checkpoint(first);
    const second = start();
    expect(outstanding(second)).toEqual([]);
    expect(second.restored!.meta.intent).toBe(1);
    expect(announce(second)).toBe(2);
  });

  it('killed between the checkpoint and its log goes on as if both were there', () => {
    const first = start();
    checkpoint(first);
    announce(first);
    checkpoint(first);
    rmSync(join(folder, '2.intents'));
    const second = start();
    expect([second.restored!.number, outstanding(second)]).toEqual([2, []]);
    expect(announce(second)).toBe(2);
    expect(outstanding(start())).toEqual([[2, false]]);
  });
});

describe('logs and checkpoints', () => {
  it('are kept back to the previous checkpoint', () => {
    const journal = start();
    for (let round = 0; round < 5; round++) {
      announce(journal);
      checkpoint(journal);
    }
    announce(journal);
    expect(readdirSync(folder).sort()).toEqual(['4.checkpoint', '4.intents', '5.checkpoint', '5.intents']);
  });

  it('a damaged newest checkpoint: the one before and all that was announced since it', () => {
    const first = start();
    for (let round = 0; round < 3; round++) {
      first.log.done(announce(first));
      checkpoint(first);
    }
    announce(first);
    truncateSync(join(folder, '3.checkpoint'), 40);
    const second = start();
    expect(second.restored!.number).toBe(2);
    expect(outstanding(second)).toEqual([
      [3, true],
      [4, false],
    ]);
    expect(problems).toHaveLength(1);
    checkpoint(second);
    // Had the damaged one been counted, there would be no other to go back to now.
    truncateSync(join(folder, '4.checkpoint'), 40);
    expect(outstanding(start())).toEqual([
      [3, true],
      [4, false],
    ]);
  });

  it('all damaged is refused: it is no first start', () => {
    const first = start();
    checkpoint(first);
    announce(first);
    truncateSync(join(folder, '1.checkpoint'), 40);
    expect(start).toThrow(expect.objectContaining({ code: 'CHECKPOINTS_DAMAGED', exit: 2 }));
    rmSync(join(folder, '1.checkpoint'));
    expect(start).toThrow(expect.objectContaining({ code: 'CHECKPOINTS_DAMAGED' }));
  });

  it('a log with a broken line in the middle is refused by name', () => {
    const first = start();
    checkpoint(first);
    writeFileSync(join(folder, '1.intents'), '{"begin":{\n{"done":1}\n');
    expect(start).toThrow(
      expect.objectContaining({ code: 'INTENT_LOG', message: expect.stringContaining('1.intents') }),
    );
  });

  it('are looked at without a trace', () => {
    const journal = start();
    checkpoint(journal);
    announce(journal);
    const before = readdirSync(folder);
    expect(outstanding(readJournal(folder, () => undefined))).toEqual([[1, false]]);
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe('event ids', () => {
  it('are those of the restored checkpoint, and of all before it', () => {
    const first = start();
    checkpointWithIds(first, 1);
    checkpointWithIds(first, 2);
    const second = start();
    expect(remembered(second)).toEqual([[1], [2]]);
    second.keep(new Map([[0, { bytes: Uint8Array.of(3), newest: 5, forgotten: 0 }]]));
    expect(remembered(start())).toEqual([[1], [2]]);
    checkpointWithIds(second, 4);
    expect(remembered(start())).toEqual([[1], [2], [3], [4]]);
  });

  it('damaged, lead back to the checkpoint that does not need them', () => {
    const first = start();
    checkpointWithIds(first, 1);
    checkpointWithIds(first, 2);
    const path = join(folder, '2.ids');
    truncateSync(path, readFileSync(path).length - 1);
    const second = start();
    expect([second.restored!.number, remembered(second)]).toEqual([1, [[1]]]);
    expect(problems).toEqual([`${path}: the checksum does not hold; going back to the checkpoint before`]);
  });

  it('damaged for both checkpoints are refused, as a checkpoint is', () => {
    const first = start();
    checkpointWithIds(first, 1);
    checkpointWithIds(first, 2);
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.ids'))) truncateSync(join(folder, name), 3);
    expect(start).toThrow(expect.objectContaining({ code: 'CHECKPOINTS_DAMAGED' }));
  });
});

describe('what records were judged by', () => {
  const basis = (price: number): Basis => ({ pipeline: 'hash', enrichment: [[{ key: 'a', values: [price] }]] });

  it('is what held when they were announced', () => {
    const first = start();
    expect(first.basisAt()).toBeUndefined();
    checkpoint(first, basis(1));
    expect(first.basisAt()).toEqual(basis(1));
    announce(first);
    const second = start();
    checkpoint(second, basis(2));
    announce(second);
    const [newer] = start().outstanding;
    expect(second.basisAt(newer!.after)).toEqual(basis(2));
    truncateSync(join(folder, '2.checkpoint'), 40);
    const third = start();
    expect(third.outstanding.map(({ after }) => third.basisAt(after))).toEqual([basis(1), basis(2)]);
  });

  it('is never what was written for a checkpoint that did not come', () => {
    checkpoint(start(), basis(1));
    writeFileSync(join(folder, '2.basis'), JSON.stringify(basis(2)));
    const journal = start();
    checkpoint(journal);
    expect(journal.basisAt()).toEqual(basis(1));
  });

  it('is dropped once no checkpoint needs it', () => {
    const journal = start();
    checkpoint(journal, basis(1));
    checkpoint(journal);
    checkpoint(journal, basis(2));
    checkpoint(journal);
    checkpoint(journal);
    expect(readdirSync(folder).filter((name) => name.endsWith('.basis'))).toEqual(['3.basis']);
  });
});

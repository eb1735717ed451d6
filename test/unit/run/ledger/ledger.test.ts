import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { headerPath, runFolder, runFolders } from '../../../../src/core/run/ledger/header.js';
import { readLedger } from '../../../../src/core/run/ledger/ledger.js';
import { createRun, freeRunName, holdRun, releaseRun } from '../../../../src/core/run/ledger/runs.js';
import { headerFor, meterWorkload, temporaryHome } from '../support.js';

const header = headerFor(meterWorkload({ count: 100 }));
const none = { late: 0, repeated: 0, discarded: 0, corrupted: 0 };

describe('a ledger', () => {
  test('gives back what was put on file', () => {
    const home = temporaryHome();
    const held = createRun(home, header);
    const { ledger } = held;
    ledger.acknowledge(0, 10, 12, 900, 0);
    ledger.acknowledge(0, 5, 17, 450, 1);
    ledger.renew(0, { id: 99n, epoch: 1, firstRecord: 15 });
    ledger.rebase(5_000);
    ledger.acknowledge(0, 1, 18, 90, 2);
    releaseRun(held);
    const { header: found, state } = readLedger(runFolder(home, 'meter', 'run-1'));
    expect(found).toEqual(header);
    expect(state).toEqual({
      partitions: [
        {
          records: 16,
          nextOffset: 18,
          bytes: 1_440,
          identities: [
            { id: 7n, epoch: 0, firstRecord: 0 },
            { id: 99n, epoch: 1, firstRecord: 15 },
          ],
        },
      ],
      rebases: [{ ms: 5_000, from: [15] }],
    });
  });

  test('writes acknowledgements at most every quarter of a second, but all before anything that must be on disk', () => {
    const home = temporaryHome();
    const held = createRun(home, header);
    const lines = () =>
      readFileSync(join(runFolder(home, 'meter', 'run-1'), 'acks.ndjson'), 'utf8').split('\n').length - 1;
    for (let now = 0; now < 1_000; now += 10) held.ledger.acknowledge(0, 1, now, 1, now);
    expect(lines()).toBe(4);
    held.ledger.end('complete', [none]);
    expect(lines()).toBe(6);
    releaseRun(held);
    expect(readLedger(runFolder(home, 'meter', 'run-1')).state.partitions[0]!.records).toBe(100);
  });

  test('cut anywhere, it says what its whole lines say', () => {
    const home = temporaryHome();
    const held = createRun(home, header);
    for (let now = 0; now < 2_000; now += 500) held.ledger.acknowledge(0, 10, now, 100, now);
    releaseRun(held);
    const folder = runFolder(home, 'meter', 'run-1');
    const path = join(folder, 'acks.ndjson');
    const whole = readFileSync(path);
    for (let length = whole.length; length >= 0; length--) {
      truncateSync(path, length);
      const lines = whole.subarray(0, length).filter((byte) => byte === 0x0a).length;
      expect(readLedger(folder).state.partitions[0]!.records).toBe(lines * 10);
    }
  });

  test('goes on behind the last whole line', () => {
    const home = temporaryHome();
    releaseRun(createRun(home, header));
    const folder = runFolder(home, 'meter', 'run-1');
    appendFileSync(join(folder, 'acks.ndjson'), '{"acked":[[0,3,3,30]]}\n{"acked":[[0,');
    const held = holdRun(home, 'meter', undefined);
    held.ledger.acknowledge(0, 4, 7, 40, 0);
    releaseRun(held);
    expect(readLedger(folder).state.partitions[0]).toMatchObject({ records: 7, nextOffset: 7, bytes: 70 });
  });

  test('damaged in the middle, it names the place', () => {
    const home = temporaryHome();
    releaseRun(createRun(home, header));
    const folder = runFolder(home, 'meter', 'run-1');
    writeFileSync(join(folder, 'acks.ndjson'), '{"acked":[[0,3,3,30]]}\nnonsense\n');
    expect(() => readLedger(folder)).toThrow(/acks\.ndjson:2: expected an entry/);
    writeFileSync(headerPath(folder), '{"version": 2}');
    expect(() => readLedger(folder)).toThrow(/run\.json: expected the header of a run, format 1/);
  });
});

describe('runs', () => {
  test('a running one is refused to everybody else', () => {
    const home = temporaryHome();
    const held = createRun(home, header);
    expect(() => holdRun(home, 'meter', undefined)).toThrow(/under way in another process/);
    releaseRun(held);
    releaseRun(holdRun(home, 'meter', undefined));
  });

  test('a name is used once', () => {
    const home = temporaryHome();
    releaseRun(createRun(home, header));
    expect(() => createRun(home, header)).toThrow(/on file already/);
    expect(freeRunName(home, 'meter', 'run-1')).toBe('run-1-2');
    expect(freeRunName(home, 'meter', 'other')).toBe('other');
  });

  test('the last that did not reach its end is gone on with; without one, the last', () => {
    const home = temporaryHome();
    for (const [at, run] of ['a', 'b', 'c'].entries()) {
      const held = createRun(home, { ...header, run, createdAt: header.createdAt + at });
      if (run !== 'b') held.ledger.end('complete', [none]);
      else held.ledger.end('stopped', [none]);
      releaseRun(held);
    }
    const held = holdRun(home, 'meter', undefined);
    expect(held.ledger.header.run).toBe('b');
    held.ledger.end('complete', [none]);
    releaseRun(held);
    const last = holdRun(home, 'meter', undefined);
    expect(last.ledger.header.run).toBe('c');
    releaseRun(last);
    expect(runFolders(home, 'meter').map(({ header: { run } }) => run)).toEqual(['a', 'b', 'c']);
    expect(() => holdRun(home, 'meter', 'd')).toThrow(/no run d of meter/);
    expect(() => holdRun(temporaryHome(), 'meter', undefined)).toThrow(/no run of meter is on file/);
  });
});

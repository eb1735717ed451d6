import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { findRecords } from '../../../src/core/bench/results/find-records.js';
import { pastRuns } from '../../../src/core/bench/results/history.js';
import { readRecord, recordId, writeRecord, writeRecordTo } from '../../../src/core/bench/results/record-file.js';
import { madeRecord } from './record-fixture.js';

const cwd = mkdtempSync(join(tmpdir(), 'pipe-results-'));
const home = { results: join(cwd, 'results') };
const notes: string[] = [];
const record = (seed: number, time: string) => ({
  ...madeRecord({ seed, seconds: 2 }),
  time,
  id: recordId(time, 'default'),
});
const older = record(1, '2026-11-26T04:00:00.123Z');
const newer = record(2, '2026-11-26T04:05:00.000Z');

beforeAll(() => {
  mkdirSync(home.results);
  writeRecord(home, newer);
  writeRecord(home, older);
});
afterAll(() => rmSync(cwd, { recursive: true }));

it('a record comes back as it was written', () => {
  const path = writeRecord(home, older);
  expect(path).toBe(join(home.results, '2026-11-26T04-00-00Z-bench-default.json'));
  expect(readRecord(path)).toEqual(older);
});

it('the history has the newest first, and says what it could not read', () => {
  writeFileSync(join(home.results, '2026-11-26T04-01-00Z-bench-torn.json'), '{"schema_version":1,');
  writeFileSync(join(home.results, '2026-11-26T04-02-00Z-chaos.json'), '{}');
  const runs = pastRuns(home, { note: (line) => notes.push(line) });
  expect(runs.map(({ id }) => id)).toEqual([newer.id, older.id]);
  expect(runs[0]).toMatchObject({
    time: newer.time,
    workload: 'default',
    commit: '0bbe37516f780c',
    verdict: 'pass',
    achieved: 200,
    sustainable: null,
  });
  expect(notes).toEqual([expect.stringContaining('torn.json: expected the record of a pipe bench: ')]);
  rmSync(join(home.results, '2026-11-26T04-01-00Z-bench-torn.json'));
});

test.each([
  ['a file', 'results/2026-11-26T04-00-00Z-bench-default.json', ['04-00']],
  ['a folder', 'mine', ['04-00', '04-05']],
  ['a pattern', 'results/*04-0?-00Z-bench-*.json', ['04-00', '04-05']],
  ['a name of the history', '2026-11-26T04-05-00Z-bench-default', ['04-05']],
])('%s names records, in the order of time', (_, named, expected) => {
  writeRecordTo(join(cwd, 'mine', 'a.json'), newer);
  writeRecordTo(join(cwd, 'mine', 'b.json'), older);
  expect(findRecords({ cwd }, home, named).map(({ id }) => id.slice(11, 16))).toEqual(expected);
});

test.each([
  ['nothing.json', 'found nothing for "nothing.json"'],
  ['results/*.jsn', 'found nothing for'],
  ['2026-11-26T04-00-00Z-bench-defalt', 'did you mean "2026-11-26T04-00-00Z-bench-default"?'],
])('%s is refused', (named, message) => {
  expect(() => findRecords({ cwd }, home, named)).toThrow(message);
});

test.each([
  ['{', 'expected the record of a pipe bench: '],
  ['[]', 'expected schema_version 1, got none'],
  ['{"schema_version":2}', 'expected schema_version 1, got 2'],
  ['{"schema_version":1}', 'id: '],
])('%s is no record', (text, message) => {
  const path = join(cwd, 'other.json');
  writeFileSync(path, text);
  expect(() => readRecord(path)).toThrow(
    expect.objectContaining({ message: expect.stringContaining(message), code: 'NOT_A_RECORD', exit: 2 }),
  );
});

it('a field that is not known yet is passed over', () => {
  const path = join(cwd, 'newer.json');
  writeFileSync(path, JSON.stringify({ ...older, invented_later: 1 }));
  expect(readRecord(path)).toEqual(older);
});

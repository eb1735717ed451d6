import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Home, openHome } from '../../../src/core/runtime/home.js';
import { followLog, lastLines } from '../../../src/core/stack/logs.js';

let folder: string;
let home: Home;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipe-logs-'));
  home = openHome(join(folder, 'home'));
});

afterEach(() => rmSync(folder, { recursive: true }));

it('shows the last lines, and what the process printed as long as its log is empty', () => {
  expect(() => lastLines(home, 'kafka', 2)).toThrow('kafka has no log');
  writeFileSync(join(home.logs, 'kafka.out'), 'no java\n');
  writeFileSync(join(home.logs, 'kafka.log'), '');
  expect(lastLines(home, 'kafka', 2).lines).toEqual(['no java']);
  writeFileSync(join(home.logs, 'kafka.log'), 'a\nb\nc\n');
  expect(lastLines(home, 'kafka', 2).lines).toEqual(['b', 'c']);
  expect(lastLines(home, 'kafka', 0).lines).toEqual([]);
});

it('follows what is added, through a rotation, until told to stop', async () => {
  const log = join(home.logs, 'kafka.log');
  writeFileSync(log, 'old\n');
  const rotate = () => {
    renameSync(log, `${log}.1`);
    writeFileSync(log, 'two\n');
  };
  const steps = [() => appendFileSync(log, 'one\n'), rotate];
  const stop = new AbortController();
  const clock = { now: () => 0, monotonic: () => 0, sleep: async () => void (steps.shift() ?? (() => stop.abort()))() };
  const seen: string[] = [];
  for await (const text of followLog(home, 'kafka', clock, stop.signal)) seen.push(text);
  expect(seen).toEqual(['one\n', 'two\n']);
});

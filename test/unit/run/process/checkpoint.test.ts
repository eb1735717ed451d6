import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Checkpoint, CheckpointStore } from '../../../../src/core/run/process/checkpoint.js';
import * as checkpoints from './checkpoints.js';

let folder: string;
let store: CheckpointStore;
const problems: string[] = [];
/** As it is written, where ids have gone to files. */
const checkpointAt = (intent: number): Checkpoint => ({ ...checkpoints.checkpointAt(intent), ids: [] });
const report = (problem: string) => void problems.push(problem);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipe-checkpoints-'));
  store = new CheckpointStore(folder);
  problems.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

it('answers with the newest, sections and all', () => {
  expect(store.latest(report)).toBeUndefined();
  const sections = new Map([
    ['empty', new Uint8Array()],
    ['bytes', Uint8Array.of(10, 0, 255)],
  ]);
  store.write(1, checkpointAt(1));
  store.write(2, { ...checkpointAt(2), sections });
  const latest = store.latest(report)!;
  expect(latest.number).toBe(2);
  expect(latest.meta).toEqual(checkpointAt(2).meta);
  expect([...latest.sections].map(([name, bytes]) => [name, [...bytes]])).toEqual([
    ['empty', []],
    ['bytes', [10, 0, 255]],
  ]);
});

it('keeps two, and leaves nothing else behind', () => {
  for (let number = 1; number <= 12; number++) store.write(number, checkpointAt(number));
  expect(store.numbers()).toEqual([11, 12]);
  expect(readdirSync(folder).sort()).toEqual(['11.checkpoint', '12.checkpoint']);
});

it('passes over a damaged one, whatever byte is wrong or missing', () => {
  store.write(1, checkpointAt(1));
  store.write(2, checkpointAt(2));
  const whole = readFileSync(store.path(2));
  for (const at of [0, 20, Math.floor(whole.length / 2), whole.length - 33, whole.length - 1]) {
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 1;
    writeFileSync(store.path(2), damaged);
    expect(store.latest(report)!.number).toBe(1);
  }
  for (const size of [0, 10, whole.length - 1]) {
    writeFileSync(store.path(2), whole);
    truncateSync(store.path(2), size);
    expect(store.latest(report)!.number).toBe(1);
  }
  expect(problems).toHaveLength(8);
  expect(problems[0]).toBe(`${store.path(2)}: the checksum does not hold; going back to the checkpoint before`);
});

it('refuses one of another format, instead of going back behind it', () => {
  store.write(1, checkpointAt(1));
  store.write(2, checkpointAt(2));
  const body = readFileSync(store.path(2)).subarray(0, -32).toString('latin1').replace('"version":2', '"version":9');
  const bytes = Buffer.from(body, 'latin1');
  writeFileSync(store.path(2), Buffer.concat([bytes, createHash('sha256').update(bytes).digest()]));
  expect(() => store.latest(report)).toThrow(/expected checkpoint format 2, found 9/);
});

it('ignores what a crash left half written', () => {
  store.write(1, checkpointAt(1));
  writeFileSync(`${store.path(2)}.new`, 'half');
  expect(store.latest(report)!.number).toBe(1);
  store.write(2, checkpointAt(2));
  expect(store.latest(report)!.number).toBe(2);
});

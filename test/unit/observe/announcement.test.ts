import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { announce, findTargets } from '../../../src/core/observe/announcement.js';

const engine = { job: 'engine', pipeline: 'iot' };
let run: string;
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'pipe-announce-'));
});
afterEach(() => rmSync(run, { recursive: true }));

async function endedAfter(work: (pid: number) => void): Promise<void> {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  work(child.pid!);
  child.kill('SIGKILL');
  await once(child, 'exit');
}

it('is found until it is taken back', () => {
  expect(findTargets({ run })).toEqual([]);
  const withdraw = announce({ run }, process.pid, engine, '127.0.0.1:9');
  expect(findTargets({ run })).toEqual([{ ...engine, address: '127.0.0.1:9', pid: process.pid, state: 'running' }]);
  withdraw();
  expect(findTargets({ run })).toEqual([]);
});

it('is what Prometheus’ discovery by files reads', () => {
  announce({ run }, process.pid, engine, '127.0.0.1:9');
  const [file] = readdirSync(join(run, 'metrics'));
  expect(JSON.parse(readFileSync(join(run, 'metrics', file!), 'utf8'))).toEqual([
    { targets: ['127.0.0.1:9'], labels: expect.objectContaining(engine) },
  ]);
});

it('a killed process stays a target that is down until another takes its place', async () => {
  await endedAfter((pid) => announce({ run }, pid, engine, '127.0.0.1:7'));
  await endedAfter((pid) => announce({ run }, pid, { ...engine, pipeline: 'saas' }, '127.0.0.1:8'));
  expect(findTargets({ run }).map(({ state }) => state)).toEqual(['gone', 'gone']);
  announce({ run }, process.pid, engine, '127.0.0.1:9');
  expect(findTargets({ run }).map(({ pipeline, address }) => [pipeline, address])).toEqual([
    ['iot', '127.0.0.1:9'],
    ['saas', '127.0.0.1:8'],
  ]);
});

it('what is no announcement is passed over', () => {
  announce({ run }, process.pid, engine, '127.0.0.1:9');
  writeFileSync(join(run, 'metrics', 'torn.json'), '[{"targets"');
  expect(findTargets({ run })).toHaveLength(1);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../../../src/core/runtime/node-runtime.js';
import { identify, stateOf } from '../../../../src/core/stack/process/identity.js';
import { stopProcess } from '../../../../src/core/stack/process/stop.js';

const children: ReturnType<typeof spawn>[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function start(script: string): Promise<ReturnType<typeof spawn>> {
  const child = spawn(process.execPath, ['-e', `${script}; console.log('up'); setInterval(() => {}, 1000)`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout!, 'data');
  return child;
}

it('tells running, frozen and gone', async () => {
  const child = await start('');
  const identity = identify(child.pid!)!;
  expect(stateOf(identity)).toBe('running');
  child.kill('SIGSTOP');
  await expect.poll(() => stateOf(identity)).toBe('frozen');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(stateOf(identity)).toBe('gone');
  expect(identify(child.pid!)).toBeUndefined();
});

it('another process with the same pid is not the one that was meant', () => {
  const self = identify(process.pid)!;
  expect(stateOf({ ...self, startTime: `${self.startTime}0` })).toBe('gone');
});

it('stops a frozen process cleanly, and kills one that will not go', async () => {
  const polite = await start(`process.on('SIGTERM', () => process.exit(0))`);
  polite.kill('SIGSTOP');
  expect(await stopProcess(systemClock, identify(polite.pid!)!, 'SIGTERM', 10_000)).toBe(true);
  const stubborn = await start(`process.on('SIGTERM', () => {})`);
  const identity = identify(stubborn.pid!)!;
  expect(await stopProcess(systemClock, identity, 'SIGTERM', 100)).toBe(false);
  expect(stateOf(identity)).toBe('gone');
});

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Home } from '../../runtime/home.js';
import { type ProcessState, stateOf } from './identity.js';

const schema = z.object({
  name: z.string(),
  pid: z.int(),
  startTime: z.string(),
  port: z.int(),
  /** host:port, as clients reach it. */
  address: z.string(),
  /** Null until the service has told it. */
  version: z.string().nullable(),
  /** Epoch milliseconds; null until the service first answered in its own protocol. */
  readyAt: z.number().nullable(),
});

/** Which process serves what: written at its start, so that any later command finds it again. */
export type RunFile = z.infer<typeof schema>;

export interface FoundProcess {
  run: RunFile | undefined;
  state: ProcessState;
}

/** What the run file names and what has become of it. A file that cannot be read counts as none: nothing is known. */
export function findProcess(home: Home, name: string): FoundProcess {
  const run = readRunFile(home, name);
  return { run, state: run ? stateOf(run) : 'gone' };
}

export function writeRunFile(home: Home, run: RunFile): void {
  const path = pathOf(home, run.name);
  writeFileSync(`${path}.new`, `${JSON.stringify(run, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

export function removeRunFile(home: Home, name: string): void {
  rmSync(pathOf(home, name), { force: true });
}

function readRunFile(home: Home, name: string): RunFile | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(pathOf(home, name), 'utf8')));
  } catch {
    return undefined;
  }
}

function pathOf(home: Home, name: string): string {
  return join(home.run, `${name}.json`);
}

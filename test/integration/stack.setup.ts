import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Home of the stack that runs for the whole of the integration tests. */
    home: string;
  }
}

/** One real stack for all integration tests: a temporary home on free ports, started by the command that users type. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = mkdtempSync(join(tmpdir(), 'pipe-stack-'));
  chmodSync(home, 0o755);
  const pipe = (...args: string[]) =>
    execa('node', ['bin/run.js', ...args, '--home', home], { stdio: ['ignore', 'pipe', 'inherit'] });
  await pipe('up', '--any-port');
  project.provide('home', home);
  return async () => {
    await pipe('down', '--purge');
    rmSync(home, { recursive: true, force: true });
  };
}

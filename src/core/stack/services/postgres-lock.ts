import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../runtime/runtime.js';
import { identify } from '../process/identity.js';

/**
 * Makes way for a new postmaster where one was killed: waits for its children, who end by themselves and still use the data,
 * and removes a lock file whose pid has gone to another program (PostgreSQL clears one whose pid is free). Called only
 * while no postmaster of this folder runs.
 */
export async function clearStaleLock(clock: Clock, dataFolder: string): Promise<void> {
  const lockFile = join(dataFolder, 'postmaster.pid');
  if (!existsSync(lockFile)) return;
  const deadline = clock.monotonic() + 10_000;
  while (orphansOf(dataFolder).length > 0 && clock.monotonic() < deadline) await clock.sleep(50);
  const pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
  // Also one that nobody has reaped yet: PostgreSQL takes it for alive.
  const otherProgram = existsSync(`/proc/${pid}`) && workingFolder(String(pid)) !== realpathSync(dataFolder);
  if (otherProgram) rmSync(lockFile);
}

/** Processes that work in the data folder, as PostgreSQL's do; known on Linux only, elsewhere PostgreSQL says so itself. */
function orphansOf(dataFolder: string): string[] {
  if (process.platform !== 'linux') return [];
  const folder = realpathSync(dataFolder);
  return readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && workingFolder(pid) === folder && !!identify(Number(pid)),
  );
}

function workingFolder(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../runtime/runtime.js';
import { identify, type ProcessIdentity } from '../process/identity.js';
import { stopProcess } from '../process/stop.js';

const patienceMs = 10_000;

/**
 * Makes way for a new postmaster where one was killed: ends its children, who still use the data, and removes a lock file whose
 * pid has gone to another program (PostgreSQL clears one whose pid is free). Called only while no postmaster of this folder
 * runs.
 */
export async function clearStaleLock(clock: Clock, dataFolder: string): Promise<void> {
  const lockFile = join(dataFolder, 'postmaster.pid');
  if (!existsSync(lockFile)) return;
  await endOrphans(clock, dataFolder);
  const pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
  // Also one that nobody has reaped yet: PostgreSQL takes it for alive.
  const otherProgram = existsSync(`/proc/${pid}`) && workingFolder(String(pid)) !== realpathSync(dataFolder);
  if (otherProgram) rmSync(lockFile);
}

/** The children of a killed postmaster notice its end and go by themselves; a frozen one cannot and is killed. */
export async function endOrphans(clock: Clock, dataFolder: string): Promise<void> {
  const deadline = clock.monotonic() + patienceMs;
  while (orphansOf(dataFolder).length > 0 && clock.monotonic() < deadline) await clock.sleep(20);
  await Promise.all(orphansOf(dataFolder).map((orphan) => stopProcess(clock, orphan, 'SIGQUIT', 1_000)));
}

/** Processes that work in the data folder, as PostgreSQL's do; known on Linux only, elsewhere PostgreSQL says so itself. */
function orphansOf(dataFolder: string): ProcessIdentity[] {
  if (process.platform !== 'linux' || !existsSync(dataFolder)) return [];
  const folder = realpathSync(dataFolder);
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && workingFolder(pid) === folder)
    .flatMap((pid) => identify(Number(pid)) ?? []);
}

function workingFolder(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

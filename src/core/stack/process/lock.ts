import { readFileSync, writeFileSync } from 'node:fs';
import { type OsLock, tryOsLock } from '../../runtime/os-lock.js';
import type { Runtime } from '../../runtime/runtime.js';

/**
 * The lock on a file, asked for until `waitMs` have gone by; undefined when another process still has it then. While it is
 * held the file says by which pid (`lockOwner`); `onWait` is told once, when there is something to wait for.
 */
export async function waitForLock(
  { clock, pid, signal }: Pick<Runtime, 'clock' | 'pid' | 'signal'>,
  path: string,
  waitMs: number,
  onWait: (owner: string) => void,
): Promise<OsLock | undefined> {
  const deadline = clock.monotonic() + waitMs;
  let told = false;
  for (;;) {
    const lock = tryOsLock(path);
    if (lock) {
      writeFileSync(path, `${pid}\n`);
      return lock;
    }
    if (clock.monotonic() >= deadline) return undefined;
    if (!told) onWait(lockOwner(path));
    told = true;
    await clock.sleep(100, signal);
  }
}

/** "pid 4711": what the holder of a lock wrote into it. */
export function lockOwner(path: string): string {
  return `pid ${readFileSync(path, 'utf8').trim() || 'unknown'}`;
}

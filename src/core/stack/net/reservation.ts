import { mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type OsLock, tryOsLock } from '../../runtime/os-lock.js';
import { freePort, isFree } from './ports.js';

/**
 * Ports that one `up` has chosen and whose services do not listen yet: another `up` of this user, for another home, leaves
 * them alone. They are given back by `release`, or by the end of the process.
 */
export class PortReservations {
  readonly #locks: OsLock[] = [];

  /** Whether the port was free and is now kept for us. */
  async take(port: number): Promise<boolean> {
    if (!(await isFree(port))) return false;
    const folder = join(tmpdir(), `pipe-ports-${userInfo().uid}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = tryOsLock(join(folder, String(port)));
    if (lock) this.#locks.push(lock);
    return lock !== undefined;
  }

  /** Some port that was free and is now kept for us; `random` gives numbers in [0, 1). */
  async takeAny(random: () => number): Promise<number> {
    for (;;) {
      const port = await freePort(random);
      if (await this.take(port)) return port;
    }
  }

  release(): void {
    for (const lock of this.#locks.splice(0)) lock.release();
  }
}

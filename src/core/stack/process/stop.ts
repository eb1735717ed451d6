import type { Clock } from '../../runtime/runtime.js';
import { type ProcessIdentity, stateOf } from './identity.js';

/**
 * Ends a process: first by the signal that it takes for a clean stop (a frozen one is thawed so that it can heed it), after
 * `patienceMs` by SIGKILL. Resolves when it is gone: to true after a clean stop.
 */
export async function stopProcess(
  clock: Clock,
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  patienceMs: number,
): Promise<boolean> {
  send(identity, signal);
  send(identity, 'SIGCONT');
  if (await isGone(clock, identity, patienceMs)) return true;
  send(identity, 'SIGKILL');
  await isGone(clock, identity, 10_000);
  return false;
}

async function isGone(clock: Clock, identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadline = clock.monotonic() + withinMs;
  while (stateOf(identity) !== 'gone') {
    if (clock.monotonic() >= deadline) return false;
    await clock.sleep(20);
  }
  return true;
}

function send(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (stateOf(identity) === 'gone') return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

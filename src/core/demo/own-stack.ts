import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Home, openHome } from '../runtime/home.js';
import type { Runtime } from '../runtime/runtime.js';
import { downStack, type StackEvent, type StackStatus, upStack } from '../stack/stack.js';

/** A stack in a temporary home of its own and on free ports. */
export interface OwnStack {
  home: Home;
  status: StackStatus;
  /** Nothing of it is left. */
  remove(): Promise<void>;
}

/** Seconds to start in are the machine's; nothing else is waited for so long. */
const waitMs = 120_000;

/** Nothing is left of it either when it cannot be started. */
export async function startOwnStack(runtime: Runtime, onEvent: (event: StackEvent) => void): Promise<OwnStack> {
  const root = mkdtempSync(join(tmpdir(), 'pipe-own-'));
  // PostgreSQL may run as another user, who must reach its folder.
  chmodSync(root, 0o755);
  const home = openHome(root);
  const remove = async () => {
    await downStack(runtime, home, undefined, { purge: true, onEvent: () => undefined });
    rmSync(root, { recursive: true, force: true });
  };
  try {
    return { home, status: await upStack(runtime, home, undefined, { anyPort: true, waitMs, onEvent }), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ExitCode } from './exit-codes.js';
import type { Clock, Runtime } from './runtime.js';

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

/** The one place where the process's globals are read. */
export function nodeRuntime(): Runtime {
  return {
    clock: systemClock,
    env: process.env,
    cwd: process.cwd(),
    pid: process.pid,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    entropy: () => Number(randomBytes(8).readBigUInt64BE() >> 11n),
    signal: stopSignal(),
    note: (line) => void process.stderr.write(`${line}\n`),
    packageRoot: fileURLToPath(new URL('../../../', import.meta.url)),
  };
}

let shared: AbortSignal | undefined;

/** Asked for once, the handlers stand for the life of the process: the first signal asks for a clean end, the second ends it. */
function stopSignal(): AbortSignal {
  if (shared) return shared;
  const controller = new AbortController();
  shared = controller.signal;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCodeOf(name));
      controller.abort(name);
    });
  }
  return shared;
}

/** 130 for SIGINT, 143 for SIGTERM. */
export function exitCodeOf(signal: unknown): ExitCode {
  return signal === 'SIGTERM' ? ExitCode.terminated : ExitCode.interrupted;
}

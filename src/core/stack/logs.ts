import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { missingError, usageError } from '../runtime/errors.js';
import type { Home } from '../runtime/home.js';
import type { Clock } from '../runtime/runtime.js';
import { services } from './services/registry.js';
import { type Service, type ServiceName, serviceNames } from './services/service.js';

const pollMs = 200;

/** The last lines of a service's log, and the file that they stand in. Throws a missing error when there is none yet. */
export function lastLines(home: Home, name: string, count: number): { file: string; lines: string[] } {
  const file = currentFile(serviceNamed(name), home);
  if (!file) throw missingError(`${name} has no log in ${home.logs} yet`, 'Run: pipe up', 'NO_LOG');
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return { file, lines: count > 0 ? lines.slice(-count) : [] };
}

/** What is added to the log from now on, through rotations, until the signal aborts. */
export async function* followLog(home: Home, name: string, clock: Clock, signal: AbortSignal): AsyncGenerator<string> {
  const service = serviceNamed(name);
  let file = currentFile(service, home);
  let offset = file ? statSync(file).size : 0;
  let inode = file ? statSync(file).ino : 0;
  while (!signal.aborted) {
    const now = currentFile(service, home);
    if (now) {
      const { ino, size } = statSync(now);
      if (now !== file || ino !== inode || size < offset) [file, inode, offset] = [now, ino, 0];
      if (size > offset) {
        yield readRange(now, offset, size);
        offset = size;
      }
    }
    // The abort that wakes it is the regular end.
    await clock.sleep(pollMs, signal).catch(() => undefined);
  }
}

/** The log proper, or, as long as that is empty, what the process printed. */
function currentFile(service: Service, home: Home): string | undefined {
  return [service.logFile(home), service.outputFile(home)].find(
    (path) => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0,
  );
}

function serviceNamed(name: string): Service {
  if (serviceNames.includes(name as ServiceName)) return services[name as ServiceName];
  throw usageError(`expected a service (${serviceNames.join(', ')}), got "${name}"`);
}

function readRange(path: string, from: number, to: number): string {
  const fd = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(to - from);
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, from));
  } finally {
    closeSync(fd);
  }
}

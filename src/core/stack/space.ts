import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { missingError } from '../runtime/errors.js';
import { formatBytes } from '../runtime/units.js';

/** Bytes that an ordinary user may still write below `path`, which need not exist yet. */
export function freeSpace(path: string): number {
  let at = path;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  const { bavail, bsize } = statfsSync(at);
  return bavail * bsize;
}

/** Throws a missing error when less than `bytes` are free below `path`. */
export function requireSpace(path: string, bytes: number, what: string): void {
  const free = freeSpace(path);
  if (free < bytes)
    throw missingError(
      `${path}: ${what} needs ${formatBytes(bytes)}, but only ${formatBytes(free)} are free on this disk`,
      'Make room, or put the home elsewhere: --home DIR (downloads: PIPE_CACHE).',
      'DISK_FULL',
    );
}

import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** A named pipe through which the engine hands over a result piece by piece, in any format, no faster than it is read. */
export interface ResultPipe {
  /** Name in the spool folder, for INTO OUTFILE. */
  name: string;
  /** Opens it for one statement. */
  open(): { rows: Readable; finish(): void };
}

/** One pipe per place in which a statement can run. */
export function makePipes(spool: string, count: number): ResultPipe[] {
  const names = Array.from({ length: count }, (_, index) => `rows-${index}`);
  const paths = names.map((name) => join(spool, name));
  for (const path of paths) rmSync(path, { force: true });
  execFileSync('mkfifo', ['-m', '600', ...paths]);
  return names.map((name, index) => ({ name, open: () => openPipe(paths[index]!) }));
}

/**
 * Both ends are opened here without waiting for the engine: the reader, and a writer that keeps end-of-file away until `finish`
 * is called, which must happen when the statement has ended.
 */
function openPipe(path: string): { rows: Readable; finish(): void } {
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const keeper = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const rows = new Socket({ fd: reader, readable: true, writable: false });
  let open = true;
  return {
    rows,
    finish() {
      if (open) closeSync(keeper);
      open = false;
    },
  };
}

import { basename, dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { createStream } from 'rotating-file-stream';

export type Log = (line: string) => void;

/** One line each, with the time: to a file that is rotated at 10 MiB with three kept, or to the stream. */
export function openLog(file: string | undefined, otherwise: Writable): { log: Log; close(): Promise<void> } {
  const target = file ? createStream(basename(file), { path: dirname(file), size: '10M', maxFiles: 3 }) : otherwise;
  // A full disk must not end the server.
  target.on('error', () => undefined);
  return {
    log: (line) => void target.write(`${new Date().toISOString()} ${line.replaceAll('\n', '\\n')}\n`),
    close: () => (file ? new Promise((done) => target.end(() => done())) : Promise.resolve()),
  };
}

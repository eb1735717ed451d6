import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Puts the parts, one after another, in the place of a file: on disk when it returns, and at every moment either the old content or
 * the new, whole. Answers with the bytes written.
 */
export function writeFileAtomically(path: string, parts: Iterable<string | Uint8Array>, mode = 0o600): number {
  const descriptor = openSync(`${path}.new`, 'w', mode);
  let bytes = 0;
  for (const part of parts) bytes += writeFully(descriptor, typeof part === 'string' ? Buffer.from(part) : part);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(`${path}.new`, path);
  syncFolder(dirname(path));
  return bytes;
}

/** Answers with the bytes written, which are all: the kernel may take less than it is given, and a full disk shows as an error only at the next attempt. */
export function writeFully(descriptor: number, bytes: Uint8Array): number {
  for (let at = 0; at < bytes.byteLength; ) at += writeSync(descriptor, bytes, at);
  return bytes.byteLength;
}

/** Files that were made in it are there after a crash. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

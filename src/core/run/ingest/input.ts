import { createReadStream, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { messageOf, usageError } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';

export const formats = ['ndjson', 'csv'] as const;
export type Format = (typeof formats)[number];

export interface Input {
  /** Its name in messages. */
  name: string;
  format: Format;
  bytes: Readable;
}

const byExtension: Readonly<Record<string, Format>> = {
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'ndjson',
  csv: 'csv',
};

/** A file, or standard input for "-". The format is the extension's unless given. Throws usage errors. */
export function openInput(
  { cwd, stdin }: Pick<Runtime, 'cwd' | 'stdin'>,
  file: string,
  format: Format | undefined,
): Input {
  if (file === '-') return { name: 'standard input', format: format ?? 'ndjson', bytes: stdin };
  const path = resolve(cwd, file);
  try {
    if (!statSync(path).isFile() && !statSync(path).isFIFO()) throw new Error('it is no file');
  } catch (error) {
    throw usageError(
      `cannot read ${file}: ${messageOf(error)}`,
      'Name a file of NDJSON or CSV, or - for standard input.',
      'INPUT_FILE',
    );
  }
  const known = format ?? byExtension[basename(path).split('.').at(-1)!.toLowerCase()];
  if (!known)
    throw usageError(
      `${file}: expected a name that ends in .ndjson, .jsonl or .csv`,
      'Or say --format ndjson or --format csv.',
      'INPUT_FORMAT',
    );
  return { name: file, format: known, bytes: createReadStream(path, { highWaterMark: 256 * 1024 }) };
}

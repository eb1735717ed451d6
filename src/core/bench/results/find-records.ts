import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { usageError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import type { Runtime } from '../../runtime/runtime.js';
import { didYouMean } from '../../runtime/yaml-problems.js';
import type { BenchRecord } from '../record.js';
import { recordFiles } from './history.js';
import { readRecord } from './record-file.js';

/**
 * The runs that one argument names: a file, a folder with all its *.json, a pattern with * and ? in its last part, or a name that
 * `bench history` shows. In the order of time. Throws usage errors.
 */
export function findRecords({ cwd }: Pick<Runtime, 'cwd'>, home: Pick<Home, 'results'>, named: string): BenchRecord[] {
  const files = filesOf(resolve(cwd, named)) ?? recordFiles(home).filter((file) => basename(file, '.json') === named);
  if (files.length === 0) throw nothingFound(home, named);
  return files.map(readRecord).sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

/** Undefined where nothing of that path is there. */
function filesOf(path: string): string[] | undefined {
  if (existsSync(path)) return statSync(path).isDirectory() ? matching(path, '*.json') : [path];
  return /[*?]/.test(basename(path)) && existsSync(dirname(path)) ? matching(dirname(path), basename(path)) : undefined;
}

function matching(folder: string, pattern: string): string[] {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const form = new RegExp(`^${escaped}$`);
  return readdirSync(folder)
    .filter((name) => form.test(name))
    .map((name) => join(folder, name));
}

function nothingFound(home: Pick<Home, 'results'>, named: string): Error {
  const near = didYouMean(
    named,
    recordFiles(home).map((file) => basename(file, '.json')),
  );
  return usageError(
    `expected a record, a folder or a pattern of records, or a name in ${home.results}; found nothing for "${named}"${near ? `; did you mean "${near}"?` : ''}`,
    'pipe bench history lists the records of this home.',
    'NO_RECORD',
  );
}

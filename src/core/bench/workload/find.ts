import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf, usageError } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';
import { didYouMean } from '../../runtime/yaml-problems.js';
import { defaultWorkload, loadWorkload } from './load.js';
import type { Workload } from './schema.js';

type Place = Pick<Runtime, 'packageRoot' | 'cwd'>;

/** The workload that `--workload` names: a shipped one, or a file. Throws usage errors for unknown names and all that is wrong in the file. */
export function findWorkload(place: Place, named: string | undefined): Workload {
  if (named === undefined) return defaultWorkload();
  const shipped = shippedWorkloads(place);
  if (shipped.includes(named)) return read(shippedWorkloadPath(place, named), named);
  const path = resolve(place.cwd, named);
  if (existsSync(path)) return read(path, named);
  const near = didYouMean(named, shipped);
  throw usageError(
    `--workload: expected a file or one of ${shipped.join(', ')}, got "${named}"${near ? `; did you mean "${near}"?` : ''}`,
    `There is no file ${path}.`,
    'UNKNOWN_WORKLOAD',
  );
}

/** Names of the workloads that come with the package, in alphabetical order. */
export function shippedWorkloads(place: Pick<Runtime, 'packageRoot'>): string[] {
  return readdirSync(folderOf(place))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}

export function shippedWorkloadPath(place: Pick<Runtime, 'packageRoot'>, name: string): string {
  return join(folderOf(place), `${name}.yaml`);
}

function read(path: string, shown: string): Workload {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw usageError(`cannot read the workload file ${shown}: ${messageOf(error)}`);
  }
  return loadWorkload(text, shown, path);
}

function folderOf(place: Pick<Runtime, 'packageRoot'>): string {
  return join(place.packageRoot, 'configs', 'workloads');
}

import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadPipeline } from '../pipeline/load.js';
import type { Plan } from '../pipeline/plan.js';
import { messageOf, usageError } from '../runtime/errors.js';
import { readProject } from '../runtime/project.js';
import type { Runtime } from '../runtime/runtime.js';
import { didYouMean } from '../runtime/yaml-problems.js';

/** The plan that --domain, --pipeline or else the project file names. Throws usage errors: none named, no such domain, an unreadable or faulty file. */
export async function planOf(
  runtime: Pick<Runtime, 'packageRoot' | 'cwd'>,
  flags: { domain?: string; pipeline?: string },
): Promise<Plan> {
  if (flags.pipeline !== undefined)
    return loadPipeline(await read(resolve(runtime.cwd, flags.pipeline)), flags.pipeline);
  const shipped = await shippedPipelines(runtime);
  const domain = flags.domain ?? readProject(runtime).domain;
  if (domain === undefined)
    throw usageError('expected a pipeline', `Name one: --domain ${shipped.join('|')} or --pipeline FILE.`);
  if (!shipped.includes(domain)) throw unknownDomain(domain, shipped);
  return loadPipeline(await read(join(folderOf(runtime), `${domain}.yaml`)), domain);
}

/** Names of the pipelines that come with the package, in the order of the alphabet. */
export async function shippedPipelines(runtime: Pick<Runtime, 'packageRoot'>): Promise<string[]> {
  const files = await readdir(folderOf(runtime));
  return files
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}

export function unknownDomain(name: string, shipped: readonly string[]): Error {
  const near = didYouMean(name, shipped);
  return usageError(
    `domain: expected one of ${shipped.join(', ')}, got "${name}"${near ? `; did you mean "${near}"?` : ''}`,
    "A pipeline file of one's own goes with --pipeline FILE.",
  );
}

function folderOf(runtime: Pick<Runtime, 'packageRoot'>): string {
  return join(runtime.packageRoot, 'configs', 'pipelines');
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw usageError(
      `cannot read the pipeline file ${path}: ${messageOf(error)}`,
      'Write one to start from: pipe init NAME',
    );
  }
}

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadPipeline } from '../pipeline/load.js';
import type { Plan } from '../pipeline/plan.js';
import { messageOf, usageError } from '../runtime/errors.js';
import { readProject } from '../runtime/project.js';
import type { Runtime } from '../runtime/runtime.js';
import { didYouMean } from '../runtime/yaml-problems.js';

type Place = Pick<Runtime, 'packageRoot' | 'cwd'> & Partial<Pick<Runtime, 'env'>>;

export interface PipelineChoice {
  /** --domain: a shipped pipeline. */
  domain?: string;
  /** --pipeline: a file, relative to the working folder. */
  pipeline?: string;
}

const defaultDomain = 'ecommerce';

/**
 * The plan that --domain, --pipeline or else the project file names; ecommerce without any of them. Throws usage errors: both flags, an unknown
 * domain, a file that cannot be read, and everything that is wrong in it.
 */
export function findPipeline(place: Place, given: PipelineChoice): Plan {
  const choice = chosenPipeline(place, given);
  if (choice.domain !== undefined && choice.pipeline !== undefined)
    throw usageError(
      `expected --domain or --pipeline, got both: ${choice.domain} and ${choice.pipeline}`,
      '--domain is a shipped pipeline, --pipeline a file.',
    );
  if (choice.pipeline !== undefined)
    return loadPipeline(readPipelineFile(resolve(place.cwd, choice.pipeline), choice.pipeline), choice.pipeline);
  const domain = choice.domain ?? readProject(place).domain ?? defaultDomain;
  const shipped = shippedPipelines(place);
  if (!shipped.includes(domain)) throw unknownDomain(domain, shipped);
  return loadPipeline(readPipelineFile(shippedPath(place, domain), domain), domain);
}

/** Which of the two counts: a flag before an environment variable, also before the other flag's. Both where both were typed. */
export function chosenPipeline({ env }: Place, { domain, pipeline }: PipelineChoice): PipelineChoice {
  if (domain === undefined || pipeline === undefined) return { domain, pipeline };
  if (domain === env?.PIPE_DOMAIN) return { pipeline };
  return pipeline === env?.PIPE_PIPELINE ? { domain } : { domain, pipeline };
}

/** Names of the pipelines that come with the package, in alphabetical order. */
export function shippedPipelines(place: Pick<Runtime, 'packageRoot'>): string[] {
  return readdirSync(folderOf(place))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}

/** Where the file of a shipped pipeline lies. */
export function shippedPath(place: Pick<Runtime, 'packageRoot'>, domain: string): string {
  return join(folderOf(place), `${domain}.yaml`);
}

/** A file's text. `shown` is its name in the usage error for one that cannot be read. */
export function readPipelineFile(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw usageError(
      missing
        ? `expected a pipeline file at ${path}, found none`
        : `cannot read the pipeline file ${shown}: ${messageOf(error)}`,
      'Write one to start from: pipe init NAME. A shipped pipeline goes with --domain NAME.',
      'PIPELINE_FILE',
    );
  }
}

/** A usage error that lists the domains there are. */
export function unknownDomain(name: string, shipped: readonly string[]): Error {
  const near = didYouMean(name, shipped);
  return usageError(
    `domain: expected one of ${shipped.join(', ')}, got "${name}"${near ? `; did you mean "${near}"?` : ''}`,
    "A pipeline file of one's own goes with --pipeline FILE.",
    'UNKNOWN_DOMAIN',
  );
}

function folderOf(place: Pick<Runtime, 'packageRoot'>): string {
  return join(place.packageRoot, 'configs', 'pipelines');
}

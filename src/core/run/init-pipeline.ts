import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadPipeline } from '../pipeline/load.js';
import { identifier } from '../pipeline/values.js';
import { messageOf, missingError, usageError } from '../runtime/errors.js';
import type { Runtime } from '../runtime/runtime.js';
import { shippedPipelines } from './pipeline-source.js';

/**
 * Writes NAME.pipeline.yaml in the working folder and answers with its name. Throws usage errors for a name that no pipeline may have and, unless
 * `force`, for a file that is there already.
 */
export function initPipeline(place: Pick<Runtime, 'packageRoot' | 'cwd'>, name: string, force: boolean): string {
  const file = `${checkedName(place, name)}.pipeline.yaml`;
  const path = resolve(place.cwd, file);
  if (!force && existsSync(path))
    throw usageError(`${file} is there already`, 'Take another name, or overwrite it with --force.', 'FILE_EXISTS');
  const template = readFileSync(join(place.packageRoot, 'configs', 'templates', 'pipeline.yaml'), 'utf8');
  const text = template.replaceAll('__NAME__', name).replaceAll('__FILE__', file);
  loadPipeline(text, file);
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw missingError(
      `cannot write ${path}: ${messageOf(error)}`,
      'Run it in a folder that you may write to.',
      'NOT_WRITABLE',
    );
  }
  return file;
}

function checkedName(place: Pick<Runtime, 'packageRoot'>, name: string): string {
  const parsed = identifier.safeParse(name);
  if (!parsed.success)
    throw usageError(`NAME: ${parsed.error.issues[0]!.message}; got "${name}"`, 'Such as: pipe init parcels');
  if (shippedPipelines(place).includes(name))
    throw usageError(
      `NAME: "${name}" is a shipped pipeline`,
      'Take another name: the two would share topics and tables.',
    );
  return name;
}

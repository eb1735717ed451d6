import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { messageOf, missingError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import { loopback } from '../net/ports.js';
import { targetsFolder } from '../scrape-target.js';
import type { Service, ServiceContext } from './service.js';

/** The `prometheus` on PATH, with the rules of monitoring/, scraping what announces itself in the home. */
export const prometheus: Service = {
  name: 'prometheus',
  defaultPort: 9090,
  check,
  prepare: async (context) => configure(context),
  process: async ({ runtime, home, port }) => ({
    file: 'prometheus',
    args: [
      `--config.file=${configFile(home)}`,
      `--storage.tsdb.path=${join(folderOf(home), 'tsdb')}`,
      `--web.listen-address=${loopback}:${port}`,
    ],
    env: runtime.env,
    cwd: folderOf(home),
    outputFile: prometheus.outputFile(home),
  }),
  probe: async ({ port }) => ({ version: await versionOf(urlOf(port)) }),
  stop: { signal: 'SIGTERM', patienceMs: 30_000 },
  // It logs to standard error alone.
  logFile: (home) => prometheus.outputFile(home),
  outputFile: (home) => join(home.logs, 'prometheus.out'),
  endpoints: ({ port }) => ({ prometheus: { url: urlOf(port) } }),
};

async function check({ runtime }: ServiceContext): Promise<void> {
  try {
    await promisify(execFile)('prometheus', ['--version'], { env: runtime.env, timeout: 20_000 });
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw missingError(
      absent ? 'there is no prometheus on PATH' : `prometheus --version failed: ${messageOf(error)}`,
      'Install it (Debian: apt-get install prometheus; macOS: brew install prometheus), or leave out --with prometheus.',
      'PROMETHEUS_MISSING',
      error,
    );
  }
}

/** The shipped file, with the paths of this home and of this package. */
function configure({ runtime, home }: ServiceContext): void {
  const shipped = join(runtime.packageRoot, 'monitoring/prometheus');
  const config = parse(readFileSync(join(shipped, 'prometheus.yml'), 'utf8'));
  config.rule_files = [join(shipped, 'rules/*.yml')];
  config.scrape_configs[0].file_sd_configs[0].files = [join(targetsFolder(home), '*.json')];
  mkdirSync(folderOf(home), { recursive: true });
  writeFileSync(configFile(home), stringify(config));
}

async function versionOf(url: string): Promise<string> {
  const ready = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(3_000) });
  if (!ready.ok) throw new Error(`${url}/-/ready answers ${ready.status}`);
  const build = await fetch(`${url}/api/v1/status/buildinfo`, { signal: AbortSignal.timeout(3_000) });
  const { data } = (await build.json()) as { data: { version: string } };
  return data.version;
}

function urlOf(port: number): string {
  return `http://${loopback}:${port}`;
}

function folderOf({ data }: Home): string {
  return join(data, 'prometheus');
}

function configFile(home: Home): string {
  return join(folderOf(home), 'prometheus.yml');
}

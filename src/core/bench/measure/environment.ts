import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Plan } from '../../pipeline/plan.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { CoreEndpoints } from '../../stack/services/service.js';
import type { StackStatus } from '../../stack/stack.js';
import type { Environment } from '../record.js';
import type { Measurement } from './measure.js';

/** What can be told before anything runs. */
export type Surroundings = Omit<Environment, 'seed' | 'event_bytes_mean' | 'records_per_batch_mean' | 'keys'>;

export async function surroundings(
  runtime: Pick<Runtime, 'packageRoot' | 'cwd'>,
  plan: Plan,
  { status, endpoints }: { status: StackStatus; endpoints: CoreEndpoints },
): Promise<Omit<Surroundings, 'engine' | 'workers'>> {
  const version = (name: string) => status.services.find((service) => service.name === name)?.version ?? null;
  return {
    versions: {
      pipe: pipeVersion(runtime),
      node: process.version,
      kafka: version('kafka'),
      postgres: version('postgres'),
      clickhouse: version('clickhouse'),
    },
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? arch(),
    memory_bytes: totalmem(),
    kernel: `${type()} ${release()}`,
    ...(await revision(runtime)),
    shared_machine: addressesOf(endpoints).some(isLoopback),
    load: Math.round(loadavg()[0]! * 100) / 100,
    driver: status.driver,
    partitions: plan.partitions,
    // What the generator's producer does.
    codec: 'none',
    acks: 'all',
  };
}

/** With what is known of a measurement. */
export function environmentOf(around: Surroundings, { generated, batches }: Measurement): Environment {
  const { acked, bytes, seed, keys } = generated;
  return {
    ...around,
    seed,
    event_bytes_mean: acked === 0 ? 0 : Math.round((bytes / acked) * 10) / 10,
    records_per_batch_mean: batches === 0 ? 0 : Math.round((acked / batches) * 10) / 10,
    keys,
  };
}

function pipeVersion({ packageRoot }: Pick<Runtime, 'packageRoot'>): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** Of the repository that the working folder belongs to. */
async function revision({ cwd }: Pick<Runtime, 'cwd'>): Promise<Pick<Environment, 'commit' | 'dirty'>> {
  const git = async (...args: string[]) => {
    const ran = await execa('git', args, { cwd, reject: false, stdin: 'ignore' });
    return ran.exitCode === 0 ? ran.stdout.trim() : null;
  };
  const commit = await git('rev-parse', 'HEAD');
  const changes = commit === null ? null : await git('status', '--porcelain');
  return { commit, dirty: changes === null ? null : changes !== '' };
}

function addressesOf({ kafka, clickhouse, postgres }: CoreEndpoints): string[] {
  const broker = kafka.brokers[0]!;
  return [broker.slice(0, broker.lastIndexOf(':')), new URL(clickhouse.url).hostname, new URL(postgres.url).hostname];
}

function isLoopback(host: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]', '::1'].includes(host);
}

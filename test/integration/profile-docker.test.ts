import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { homeAt } from '../../src/core/runtime/home.js';
import { nodeRuntime } from '../../src/core/runtime/node-runtime.js';
import { resolveEndpoints } from '../../src/core/stack/stack.js';
import { answer } from './loop.js';
import { ownPipeline } from './own-pipeline.js';
import { pipe, type Ran } from './pipe.js';

interface Failure {
  error: { code: string; message: string; hint: string };
}

/** No pipe.yaml is in it. */
const cwd = mkdtempSync(join(tmpdir(), 'pipe-docker-'));
const home = join(cwd, 'home');
let env: Record<string, string>;

/** What .env holds for the containers, here for the local stack, which has the same users. */
beforeAll(async () => {
  const core = ['kafka', 'clickhouse', 'postgres'] as const;
  const { kafka, clickhouse, postgres } = await resolveEndpoints(
    nodeRuntime(),
    homeAt(inject('home')),
    undefined,
    core,
  );
  const database = new URL(postgres.url);
  env = {
    KAFKA_PORT: kafka.brokers[0]!.split(':')[1]!,
    CLICKHOUSE_PORT: new URL(clickhouse.url).port,
    CLICKHOUSE_PASSWORD: clickhouse.password,
    CLICKHOUSE_READER_PASSWORD: clickhouse.reader.password,
    POSTGRES_PORT: database.port,
    POSTGRES_PASSWORD: database.password,
  };
});

afterAll(() => rmSync(cwd, { recursive: true }));

function docker(args: readonly string[], more: Record<string, string> = {}): Promise<Ran> {
  return pipe([...args, '--profile', 'docker', '--home', home], { cwd, env: { ...env, ...more } });
}

it('finds all three services', async () => {
  const { exitCode, json } = await docker(['status', '--json']);
  expect(exitCode).toBe(0);
  expect(json()).toMatchObject({
    driver: 'external',
    services: ['kafka', 'postgres', 'clickhouse'].map((name) => ({ name, state: 'ready', pid: null })),
  });
});

it('asks ClickHouse as the reader', async () => {
  const { exitCode, stdout } = await docker(['query', 'SELECT 1 AS one', '--format', 'csv']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '"one"\n1' });
  const refused = await docker(['query', 'CREATE TABLE not_mine (x UInt8) ENGINE = Memory', '--json']);
  expect(refused.exitCode).not.toBe(0);
  expect(refused.json<Failure>().error.message).toContain('readonly');
});

it('carries a run to its proof', async () => {
  const own = ['--pipeline', ownPipeline('docker_profile'), '--json'];
  for (const [command, ...flags] of [
    ['generate', '--rate', 'max', '--count', '500', '--seed', '3'],
    ['process', '--until-caught-up'],
    ['verify'],
  ] as const)
    answer(await docker([command, ...own, ...flags]));
});

it('is what PIPE_PROFILE may name, and shows no password', async () => {
  const { exitCode, stdout } = await pipe(['config', 'show', '--home', home], {
    cwd,
    env: { ...env, PIPE_PROFILE: 'docker' },
  });
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`url: http://127.0.0.1:${env.CLICKHOUSE_PORT}`);
  for (const name of Object.keys(env).filter((each) => each.endsWith('PASSWORD')))
    expect(stdout).not.toContain(env[name]);
});

it('says what is missing, and what else there is', async () => {
  const wrong = await docker(['status', '--json'], { CLICKHOUSE_PASSWORD: 'wrong' });
  expect(wrong.exitCode).toBe(3);
  expect(wrong.json()).toMatchObject({ services: [{ state: 'ready' }, { state: 'ready' }, { state: 'failed' }] });
  const unknown = await pipe(['status', '--profile', 'dokcer', '--json', '--home', home], { cwd });
  expect(unknown.exitCode).toBe(2);
  expect(unknown.json<Failure>().error.message).toContain('did you mean "docker"?');
});

it('gives way to a profile of its name in pipe.yaml', async () => {
  const own = mkdtempSync(join(cwd, 'own-'));
  writeFileSync(join(own, 'pipe.yaml'), `profiles: {docker: {kafka: {brokers: ["127.0.0.1:\${KAFKA_PORT}"]}}}\n`);
  const { json } = await pipe(['status', '--profile', 'docker', '--json', '--home', home], { cwd: own, env });
  expect(json()).toMatchObject({ services: [{ name: 'kafka', state: 'ready' }] });
});

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProject } from '../../../src/core/runtime/project.js';
import { resolveProfile, shippedProfiles } from '../../../src/core/runtime/resolve-profile.js';

const packageRoot = fileURLToPath(new URL('../../..', import.meta.url));
let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'pipe-profile-'));
});

afterEach(() => rmSync(cwd, { recursive: true }));

function resolve(text: string, name: string, env: Record<string, string>) {
  writeFileSync(join(cwd, 'pipe.yaml'), text);
  return resolveProfile(readProject({ cwd }), name, { packageRoot, env });
}

const staging = `profiles:
  staging:
    kafka:
      brokers: ["\${BROKERS}"]
      ssl: true
      sasl: {mechanism: scram-sha-512, username: me, password: "\${SECRET}"}
    clickhouse: {url: "https://ch:8443", user: me, password: "\${SECRET}"}
`;

describe('a profile of pipe.yaml', () => {
  it('takes secrets from the environment', () => {
    const profile = resolve(staging, 'staging', { BROKERS: 'a:1,b:2', SECRET: 's' });
    expect(profile.kafka).toMatchObject({ brokers: ['a:1,b:2'], sasl: { password: 's' } });
    expect(profile.clickhouse).toMatchObject({ password: 's', database: 'default' });
  });

  it.each([
    ['staging', { BROKERS: 'a:1' }, /^pipe\.yaml: profiles\.staging\.\S+ needs the environment variable SECRET/],
    ['staging', { BROKERS: 'a', SECRET: 's' }, /^pipe\.yaml: profiles\.staging\.kafka\.brokers\.0: expected HOST:PORT/],
    ['stagign', {}, /profile "stagign" is neither in pipe\.yaml nor shipped; did you mean "staging"\?/],
  ])('refuses %s with %j', (name, env, message) => {
    expect(() => resolve(staging, name, env)).toThrow(message);
  });

  it.each([
    [{}, 'http://here:8123'],
    [{ PORT: '' }, 'http://here:8123'],
    [{ PORT: '9' }, 'http://here:9'],
    [{ PORT: '9', HOST: 'there' }, 'http://there:9'],
  ])('with %j has the defaults that it gives', (env, url) => {
    const own = `profiles: {own: {clickhouse: {url: "http://\${HOST:-here}:\${PORT:-8123}", user: u, password: "\${NONE:-}"}}}`;
    expect(resolve(own, 'own', env).clickhouse).toMatchObject({ url, password: '' });
  });

  it('goes before the shipped one of its name', () => {
    const own = 'profiles: {docker: {kafka: {brokers: ["mine:1"]}}}';
    expect(resolve(own, 'docker', {})).toEqual({ kafka: { brokers: ['mine:1'] } });
  });
});

describe('the shipped profile docker', () => {
  const passwords = { CLICKHOUSE_PASSWORD: 'w', CLICKHOUSE_READER_PASSWORD: 'r', POSTGRES_PASSWORD: 'p' };

  it('is there without a project file, on the usual ports', () => {
    expect(resolve('', 'docker', passwords)).toEqual({
      kafka: { brokers: ['127.0.0.1:9092'] },
      clickhouse: {
        url: 'http://127.0.0.1:8123',
        database: 'default',
        user: 'pipe',
        password: 'w',
        reader: { user: 'pipe_reader', password: 'r' },
      },
      postgres: { url: 'postgres://pipe:p@127.0.0.1:5432/pipe' },
    });
  });

  it('takes other ports from the environment', () => {
    const ports = { KAFKA_PORT: '1', CLICKHOUSE_PORT: '2', POSTGRES_PORT: '3' };
    expect(resolve('', 'docker', { ...passwords, ...ports })).toMatchObject({
      kafka: { brokers: ['127.0.0.1:1'] },
      clickhouse: { url: 'http://127.0.0.1:2' },
      postgres: { url: 'postgres://pipe:p@127.0.0.1:3/pipe' },
    });
  });

  it('says which variable is missing, and in which file', () => {
    expect(() => resolve('', 'docker', {})).toThrow(
      'configs/profiles/docker.yaml: clickhouse.password needs the environment variable CLICKHOUSE_PASSWORD, which is not set',
    );
    expect(() => resolve('', 'docker', { ...passwords, KAFKA_PORT: 'x' })).toThrow(
      'configs/profiles/docker.yaml: kafka.brokers.0: expected HOST:PORT',
    );
  });
});

describe('an unknown profile', () => {
  it.each([
    [staging, 'pipe.yaml has: staging. Shipped: docker.'],
    ['', 'Shipped: docker. Others stand under "profiles:" in pipe.yaml: see docs/stack.md.'],
  ])('is answered with those that there are (%#)', (text, hint) => {
    expect(() => resolve(text, 'production', {})).toThrow(expect.objectContaining({ hint }));
  });

  it.each(['dokcer', 'constructor'])('%s is not taken for another', (name) => {
    expect(() => resolve('', name, {})).toThrow(`profile "${name}" is neither in pipe.yaml nor shipped`);
  });
});

it('every file of configs/profiles is a profile', () => {
  const env = new Proxy({}, { get: () => '1' });
  expect(shippedProfiles({ packageRoot }).length).toBe(readdirSync(join(packageRoot, 'configs/profiles')).length);
  for (const name of shippedProfiles({ packageRoot }))
    expect(resolveProfile({ profiles: {} }, name, { packageRoot, env }).kafka).toBeDefined();
});

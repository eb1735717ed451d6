import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { root, text, variablesOf } from './compose.js';

const needed = [...variablesOf(text)].flatMap(([name, standard]) => (standard === null ? [name] : [])).sort();
let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'pipe-env-'));
});

afterEach(() => rmSync(cwd, { recursive: true }));

function run(env: Record<string, string> = {}): string {
  const { PIPE_HOME: _, ...rest } = process.env;
  return execFileSync('node', [join(root, 'docker/env.mjs')], { cwd, encoding: 'utf8', env: { ...rest, ...env } });
}

const content = () => readFileSync(join(cwd, '.env'), 'utf8');

it('makes all passwords, for the owner alone, and the folder that Prometheus looks into', () => {
  const said = run();
  const made = parseEnv(content());
  expect(Object.keys(made).sort()).toEqual(needed);
  expect(needed).toContain('CLICKHOUSE_READER_PASSWORD');
  for (const [name, value] of Object.entries(made)) {
    expect(value).toMatch(/^[\w-]{24}$/);
    expect(said).toContain(name);
    expect(said).not.toContain(value);
  }
  expect(new Set(Object.values(made)).size).toBe(needed.length);
  expect(statSync(join(cwd, '.env')).mode & 0o777).toBe(0o600);
  expect(existsSync(join(cwd, '.pipe/run/metrics'))).toBe(true);
});

it('a second run changes nothing', () => {
  run();
  const first = content();
  expect(run()).toContain('nothing changed');
  expect(content()).toBe(first);
});

it('keeps what is there, and fills in what is missing or empty', () => {
  const before = "# mine\nexport POSTGRES_PASSWORD='kept'\nCLICKHOUSE_PASSWORD= # later\nKAFKA_PORT=19092\n";
  writeFileSync(join(cwd, '.env'), before);
  chmodSync(join(cwd, '.env'), 0o644);
  run();
  const after = content();
  expect(after.split('\n').slice(0, 2)).toEqual(before.split('\n').slice(0, 2));
  expect(after).toMatch(/^CLICKHOUSE_PASSWORD=[\w-]{24}\nKAFKA_PORT=19092\n/m);
  expect(after.match(/POSTGRES_PASSWORD|[^_]CLICKHOUSE_PASSWORD/g)).toHaveLength(2);
  expect(parseEnv(after.replace(/^export /m, ''))).toMatchObject({ POSTGRES_PASSWORD: 'kept', KAFKA_PORT: '19092' });
  expect(statSync(join(cwd, '.env')).mode & 0o777).toBe(0o600);
});

it.each([
  ['environment', { PIPE_HOME: 'there' }, ''],
  ['file', {}, 'PIPE_HOME=there\n'],
] as const)('the home may be named in the %s', (_, env, file) => {
  writeFileSync(join(cwd, '.env'), file);
  run(env);
  expect(existsSync(join(cwd, 'there/run/metrics'))).toBe(true);
  expect(existsSync(join(cwd, '.pipe'))).toBe(false);
});

it('a shell reads what it wrote', () => {
  run();
  const script = 'set -a; . ./.env; set +a; node -p "JSON.stringify(process.env)"';
  const seen = JSON.parse(execFileSync('sh', ['-c', script], { cwd, encoding: 'utf8' }));
  expect(seen).toMatchObject(parseEnv(content()));
});

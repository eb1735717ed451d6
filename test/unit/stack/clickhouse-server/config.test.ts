import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadServerConfig } from '../../../../src/core/stack/clickhouse-server/config.js';
import { clickhouseServerProcess } from '../../../../src/core/stack/clickhouse-server/process.js';

const folder = mkdtempSync(join(tmpdir(), 'clickhouse-config-'));
const users = { writer: { name: 'w', password: 'writer-secret' }, reader: { name: 'r', password: 'reader-secret' } };
const written = (content: string) => {
  const path = join(folder, 'config.json');
  writeFileSync(path, content);
  return path;
};

test('what the supervisor writes is what the process reads, and no password is on the command line', () => {
  const configFile = join(folder, 'server.json');
  const options = { dataDir: folder, port: 0, users, configFile, packageRoot: '/package' };
  const { args, env } = clickhouseServerProcess(options);
  expect(args).toEqual(['/package/dist/core/stack/clickhouse-server/main.js', configFile]);
  expect(statSync(configFile).mode & 0o777).toBe(0o600);
  expect(readFileSync(configFile, 'utf8')).toContain('writer-secret');
  const config = loadServerConfig(configFile);
  expect(config).toMatchObject({ host: '127.0.0.1', port: 0, users });
  expect(Number(env.UV_THREADPOOL_SIZE)).toBeGreaterThan(config.maxStatements);
});

test.each([
  ['no path', undefined, /expected the path/],
  ['no file', join(folder, 'nothing.json'), /nothing\.json: cannot be read/],
  ['no JSON', written('{'), /cannot be read/],
])('%s', (_, path, message) => {
  expect(() => loadServerConfig(path)).toThrow(message);
});

test.each([
  ['an unknown key', { dataDir: 'd', port: 1, users, prot: 2 }, /prot/],
  [
    'a short password',
    { dataDir: 'd', port: 1, users: { ...users, reader: { name: 'r', password: 'x' } } },
    /users\.reader\.password/,
  ],
  ['a wrong port', { dataDir: 'd', port: 70000, users }, /port/],
])('%s', (_, config, message) => {
  expect(() => loadServerConfig(written(JSON.stringify(config)))).toThrow(message);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { queriesOf } from '../../src/core/query/catalogue.js';
import { collect } from '../../src/core/query/collect.js';
import { execute } from '../../src/core/query/execute.js';
import { serverFormat } from '../../src/core/query/formats.js';
import { bindParameters } from '../../src/core/query/parameters.js';
import { findPipeline as shippedPlan } from '../../src/core/run/pipeline-source.js';
import { homeAt } from '../../src/core/runtime/home.js';
import { nodeRuntime } from '../../src/core/runtime/node-runtime.js';
import { connectWriter, withReader } from '../../src/core/sink/client.js';
import { ensureTables } from '../../src/core/sink/tables.js';
import type { ClickHouseEndpoint } from '../../src/core/stack/endpoints.js';
import { resolveEndpoints } from '../../src/core/stack/stack.js';
import { binary, pipe, type Ran } from './pipe.js';

const folder = mkdtempSync(join(tmpdir(), 'pipe-query-'));
const file = join(folder, 'a.sql');
const domains = ['ecommerce', 'iot', 'saas', 'finance'];

let endpoint: ClickHouseEndpoint;

beforeAll(async () => {
  writeFileSync(file, 'SELECT number FROM numbers({n:UInt32});');
  const runtime = nodeRuntime();
  endpoint = (await resolveEndpoints(runtime, homeAt(inject('home')), undefined, ['clickhouse'])).clickhouse;
  const client = connectWriter(endpoint);
  for (const domain of domains) await ensureTables(client, shippedPlan(runtime, { domain }));
  await client.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

function query(args: readonly string[], input?: string): Promise<Ran> {
  return pipe(['query', ...args, '--home', inject('home')], { input });
}

const two = "SELECT number AS n, 'a\"b\nc' AS s FROM numbers(2)";

describe('prints rows as', () => {
  it.each([
    ['a table', [], 'n  s\n0  a"b\\nc\n1  a"b\\nc'],
    ['ndjson', ['--format', 'ndjson'], '{"n":0,"s":"a\\"b\\nc"}\n{"n":1,"s":"a\\"b\\nc"}'],
    ['json', ['--format', 'json'], '[\n{"n":0,"s":"a\\"b\\nc"},\n{"n":1,"s":"a\\"b\\nc"}\n]'],
    ['csv', ['--format', 'csv'], '"n","s"\n0,"a""b\nc"\n1,"a""b\nc"'],
  ])('%s, and their number on standard error', async (_, args, stdout) => {
    const ran = await query([two, ...args]);
    expect(ran.stdout).toBe(stdout);
    expect(ran.stderr).toMatch(/^2 rows, [\d.]+ ms$/);
    expect(ran.exitCode).toBe(0);
  });

  it('one JSON document with columns and types', async () => {
    const ran = await query([two, '--json']);
    expect(ran.json()).toEqual({
      columns: [
        { name: 'n', type: 'UInt64' },
        { name: 's', type: 'String' },
      ],
      rows: [
        { n: 0, s: 'a"b\nc' },
        { n: 1, s: 'a"b\nc' },
      ],
      elapsed_ms: expect.any(Number),
    });
  });

  it('the format that the statement itself names', async () => {
    expect((await query(['SELECT 1 AS n FORMAT TSKV'])).stdout).toBe('n=1');
  });

  it('exact numbers in a table', async () => {
    const { stdout } = await query(["SELECT 18446744073709551615 AS n, toDecimal64('5.20', 2) AS d"]);
    expect(stdout.split('\n')[1]).toBe('18446744073709551615  5.20');
  });
});

describe('takes the statement from', () => {
  it.each([
    ['standard input', [], 'SELECT 1 AS n;\n', [{ n: 1 }]],
    ['a file', ['-f', file, '--param', 'n=1'], undefined, [{ number: 0 }]],
    ['a named query', ['--domain', 'iot', '--name', 'partitions'], undefined, expect.any(Array)],
  ])('%s', async (_, args, input, rows) => {
    expect((await query([...args, '--json'], input)).json()).toMatchObject({ rows });
  });
});

it('binds parameters, whatever they hold', async () => {
  const value = "'; DROP TABLE x; -- \\";
  const ran = await query(['SELECT {s:String} AS s', '--json', '--param', `s=${value}`]);
  expect(ran.json()).toMatchObject({ rows: [{ s: value }] });
});

it('measures repeats', async () => {
  const ran = await query(['SELECT 1 AS n', '--repeat', '5', '--json']);
  const { latency_ms: latency, rows } = ran.json<{ latency_ms: Record<string, number>; rows: unknown[] }>();
  expect(rows).toEqual([{ n: 1 }]);
  expect(latency).toMatchObject({ count: 5 });
  expect(latency.p50).toBeGreaterThan(0);
  expect(latency.max).toBeGreaterThanOrEqual(latency.p999!);
  expect((await query(['SELECT 1 AS n', '--repeat', '3'])).stdout).toMatch(/^n\n1\n\nruns\s+p50 ms/);
});

it('stops at a signal: what was measured so far, and 130', async () => {
  const args = [binary, 'query', 'SELECT 1 AS n', '--repeat', '1000000', '--json', '--home', inject('home')];
  const running = execa('node', args, { reject: false, stdin: 'ignore' });
  for await (const line of running.iterable({ from: 'stderr' })) if (line.startsWith('1 row')) running.kill('SIGINT');
  const { exitCode, stdout } = await running;
  expect(exitCode).toBe(130);
  const { latency_ms: latency } = JSON.parse(stdout) as { latency_ms: { count: number } };
  expect(latency.count).toBeLessThan(1_000_000);
});

it('stops a statement that has not been answered: no rows, and 143', async () => {
  const silent = createServer();
  const asked = new Promise((resolve) => silent.on('connection', (socket) => socket.once('data', resolve)));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  writeFileSync(join(folder, 'pipe.yaml'), `profiles: {silent: {clickhouse: {url: "${url}", user: u, password: p}}}`);
  const args = [binary, 'query', 'SELECT 1', '--profile', 'silent', '--json', '--home', join(folder, 'home')];
  const running = execa('node', args, { cwd: folder, reject: false, stdin: 'ignore' });
  await asked;
  running.kill('SIGTERM');
  const { exitCode, stdout } = await running;
  silent.close();
  expect(exitCode).toBe(143);
  expect(JSON.parse(stdout)).toMatchObject({ columns: [], rows: [] });
});

it.each(domains)('answers every named query of %s', async (domain) => {
  const runtime = nodeRuntime();
  const listed = (await query(['--domain', domain, '--list', '--json'])).json<{ queries: { name: string }[] }>();
  const queries = queriesOf(shippedPlan(runtime, { domain }));
  expect(listed.queries.map(({ name }) => name)).toEqual(queries.map(({ name }) => name));
  await withReader(endpoint, {}, async (client) => {
    for (const each of queries) {
      const statement = { sql: each.sql, params: bindParameters(each, {}) };
      const { stream } = await execute(client, statement, { format: serverFormat.table, timeoutMs: 10_000 });
      expect((await collect(stream)).columns.length, each.name).toBeGreaterThan(0);
    }
  });
});

describe('refuses', () => {
  it.each([
    ['wrong SQL', ['SELECT FROM WHERE'], 2, 'Syntax error'],
    ['an unknown table', ['SELECT * FROM nope'], 2, 'UNKNOWN_TABLE'],
    [
      'a failure in the middle of the rows',
      ['SELECT throwIf(number = 900000) FROM numbers(1000000)', '--format', 'csv'],
      2,
      'throwIf',
    ],
    ['a change', ['CREATE TABLE nope (a Int8) ENGINE = Memory'], 2, 'readonly'],
    ['two statements', ['SELECT 1; SELECT 2'], 2, 'Multi-statements'],
    ['a parameter that nothing uses', ['SELECT 1', '--param', 'b=1'], 2, 'no parameter "b"'],
    ['a value of the wrong type', ['SELECT {a:UInt8}', '--param', 'a=x'], 2, 'UInt8'],
    ['a FORMAT against --json', ['SELECT 1 FORMAT CSV', '--json'], 2, 'without FORMAT'],
    ['--json with another format', ['SELECT 1', '--json', '--format', 'csv'], 2, 'exclude each other'],
    ['an unknown name', ['--domain', 'iot', '--name', 'device_helth'], 2, 'did you mean "device_health"?'],
    ['too many rows for a table', ['SELECT number FROM numbers(200000)'], 2, 'too many for a table'],
    ['what takes too long', ['SELECT sleepEachRow(1) FROM numbers(3)', '--timeout', '1s'], 1, 'took longer than 1s'],
  ])('%s', async (_, args, exit, message) => {
    const ran = await query(args);
    expect(ran.exitCode).toBe(exit);
    expect(ran.stderr + ran.stdout).toContain(message);
    if (!args.includes('--json')) expect(ran.stdout).toBe('');
  });

  it('empty input', async () => {
    expect(await query([], ' \n')).toMatchObject({ exitCode: 2, stdout: '' });
  });

  it('a home where nothing runs', async () => {
    const ran = await pipe(['query', 'SELECT 1', '--home', folder, '--json']);
    expect(ran.exitCode).toBe(3);
    expect(ran.json()).toMatchObject({ error: { code: 'NOT_RUNNING', hint: 'Run: pipe up' } });
  });
});

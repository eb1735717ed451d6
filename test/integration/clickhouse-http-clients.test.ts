import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testServer, users } from './clickhouse-http-server.js';

const server = testServer();
const { ask, run } = server;
const login = {
  username: users.writer.name,
  password: users.writer.password,
  log: { level: ClickHouseLogLevel.OFF },
};
let client: ClickHouseClient;

beforeAll(() => {
  client = createClient({ url: server.url(), ...login });
});
afterAll(() => client.close());

describe('@clickhouse/client', () => {
  test('streams rows in and out, with and without packing', async () => {
    for (const compression of [undefined, { request: true, response: true }]) {
      const own = createClient({ url: server.url(), ...login, compression });
      await own.command({
        query: 'CREATE OR REPLACE TABLE js (id UInt64, name String) ENGINE = MergeTree ORDER BY id',
      });
      const rows = Readable.from(Array.from({ length: 5000 }, (_, id) => ({ id, name: `n${id}` })));
      const { summary } = await own.insert({ table: 'js', values: rows, format: 'JSONEachRow' });
      expect(summary?.written_rows).toBe('5000');
      const result = await own.query({
        query: 'SELECT * FROM js WHERE id < {limit:UInt64}',
        query_params: { limit: 4000 },
        format: 'JSONEachRow',
      });
      let count = 0;
      for await (const batch of result.stream()) count += batch.length;
      expect(count).toBe(4000);
      await own.close();
    }
  });

  test('a session keeps temporary tables and settings, for itself', async () => {
    const session_id = 'a-session';
    await client.command({ query: 'CREATE TEMPORARY TABLE mine (a Int8)', session_id });
    await client.insert({ table: 'mine', values: [[1], [2]], format: 'JSONCompactEachRow', session_id });
    await client.command({ query: 'SET max_block_size = 77', session_id });
    const query = "SELECT sum(a) AS a, getSetting('max_block_size') AS s FROM mine";
    const rows = () => client.query({ query, session_id, format: 'JSONEachRow' }).then((result) => result.json());
    expect(await rows()).toEqual([{ a: 3, s: 77 }]);
    await client.query({ query: 'SELECT 1', session_id, clickhouse_settings: { max_block_size: '5' } });
    expect(await rows()).toEqual([{ a: 3, s: 77 }]);
    await expect(client.query({ query })).rejects.toMatchObject({ code: '60' });
    expect(await ask('SELECT 1', { params: { session_id: 'never-seen', session_check: '1' } })).toMatchObject({
      status: 404,
    });
  });

  test('parameters in a form, and an error behind rows that were sent', async () => {
    const asked = { query: 'SELECT {x:String} AS x', query_params: { x: "it's\t\\N" }, use_multipart_params: true };
    expect(await (await client.query({ ...asked, format: 'JSONEachRow' })).json()).toEqual([{ x: "it's\t\\N" }]);
    const query = 'SELECT throwIf(number = 2000000) FROM numbers(3000000) SETTINGS max_block_size = 1000';
    const result = await client.query({ query, format: 'JSONEachRow' });
    const drain = async () => {
      for await (const _ of result.stream());
    };
    await expect(drain()).rejects.toMatchObject({ code: '395' });
  });

  test('an aborted query and a killed one stop in the engine', async () => {
    const endless = (n: number) => `SELECT count() FROM numbers(1000000000000) WHERE number % ${n} = 7`;
    const running = (n: number) =>
      run(`SELECT count() FROM system.processes WHERE query LIKE '%% ${n} = 7%' AND query NOT LIKE '%processes%'`);
    const until = async (n: number, wanted: string) => expect.poll(() => running(n), { timeout: 20_000 }).toBe(wanted);
    const abort = new AbortController();
    const aborted = client.query({ query: endless(1009), abort_signal: abort.signal });
    await until(1009, '1');
    abort.abort();
    await expect(aborted).rejects.toThrow();
    await until(1009, '0');
    const killed = client.query({ query: endless(1013), query_id: 'to-kill' }).then((result) => result.text());
    const refused = expect(killed).rejects.toMatchObject({ code: '394' });
    await until(1013, '1');
    await client.command({ query: "KILL QUERY WHERE query_id = 'to-kill'" });
    await refused;
  });
});

describe('the read-only user', () => {
  test('reads, and sees its limits', async () => {
    expect(await run("SELECT getSetting('readonly'), getSetting('max_execution_time')", { user: users.reader })).toBe(
      '1\t60',
    );
  });

  test.each([
    'CREATE TABLE r (a Int8) ENGINE = Memory',
    'CREATE TEMPORARY TABLE r (a Int8)',
    'INSERT INTO r VALUES (1)',
    'SET readonly = 0',
    'SELECT 1 SETTINGS readonly = 0',
    'SELECT 1 SETTINGS max_memory_usage = 0',
    "SELECT * FROM url('http://127.0.0.1:9/', 'TSV', 'a String')",
    "SELECT * FROM file('/etc/passwd', 'TSV', 'a String')",
    "SELECT file('/etc/passwd')",
    "SELECT arrayMap(file, ['/etc/passwd'])",
    'SELECT * FROM `/etc/passwd`',
    "SELECT * FROM remote('127.0.0.1:9', system, one)",
    "SELECT * FROM s3('http://127.0.0.1:9/bucket/x.csv')",
    "SELECT * FROM executable('id', 'TSV', 'a String')",
    "SELECT * FROM postgresql('127.0.0.1:9', 'a', 'b', 'c', 'd')",
    "SELECT * FROM mysql('127.0.0.1:9', 'a', 'b', 'c', 'd')",
    "SELECT 1 INTO OUTFILE '/tmp/x'",
    "INSERT INTO r FROM INFILE '/etc/passwd' FORMAT TSV",
    "DESCRIBE TABLE url('http://127.0.0.1:9/')",
    'KILL QUERY WHERE 1',
    'SYSTEM FLUSH LOGS',
  ])('may not: %s', async (query) => {
    const { status, text } = await ask(query, { user: users.reader });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).toMatch(/READONLY|ACCESS_DENIED|INTO_OUTFILE_NOT_ALLOWED|SUPPORT_IS_DISABLED/);
  });

  test('cannot raise a limit by a URL parameter, may lower it', async () => {
    const limited = (value: string) =>
      ask('SELECT number FROM numbers(20)', { user: users.reader, params: { max_result_rows: value } });
    expect((await limited('0')).text).toContain('READONLY');
    expect((await limited('10')).text).toContain('TOO_MANY_ROWS_OR_BYTES');
  });
});

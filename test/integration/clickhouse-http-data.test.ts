import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { testServer } from './clickhouse-http-server.js';

const { end, launch, run, start } = testServer();

describe('the data', () => {
  const once1 = {
    min_insert_block_size_rows: '100000000',
    min_insert_block_size_bytes: '0',
    max_insert_block_size: '100000000',
    max_insert_threads: '1',
    async_insert: '0',
  };

  test('a repeated deduplication token is dropped, for a view too and after a restart; kill -9 loses nothing', async () => {
    await run(
      'CREATE TABLE raw (id UInt32) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 1000',
    );
    await run(
      'CREATE TABLE sums (n UInt64) ENGINE = SummingMergeTree ORDER BY () SETTINGS non_replicated_deduplication_window = 1000',
    );
    await run('CREATE MATERIALIZED VIEW raw_sums TO sums AS SELECT count() AS n FROM raw');
    const body = Uint8Array.from({ length: 4000 }, (_, i) => i % 251);
    const insert = (token: string) =>
      run('INSERT INTO raw FORMAT RowBinary', { params: { ...once1, insert_deduplication_token: token }, body });
    const stored = () => run('SELECT count(), (SELECT sum(n) FROM sums) FROM raw');
    await insert('a');
    await insert('a');
    expect(await stored()).toBe('1000\t1000');
    expect(await end('SIGTERM')).toEqual([0, null]);
    await start();
    await insert('a');
    await insert('b');
    expect(await stored()).toBe('2000\t2000');
    expect(await end('SIGKILL')).toEqual([null, 'SIGKILL']);
    await start();
    await insert('b');
    expect(await stored()).toBe('2000\t2000');
  });

  test('a clean stop lets a running statement finish', async () => {
    const slow = run('SELECT sleep(1)');
    await expect.poll(() => run("SELECT count() FROM system.processes WHERE query LIKE 'SELECT sleep%'")).toBe('1');
    const exited = end('SIGTERM');
    expect(await slow).toBe('0');
    expect(await exited).toEqual([0, null]);
    await start();
  });

  test('a second server on the same folder ends with code 3 and says why', async () => {
    const second = launch();
    let said = '';
    second.stderr!.on('data', (chunk) => {
      said += chunk;
    });
    expect(await once(second, 'exit')).toEqual([3, null]);
    expect(said).toContain('another ClickHouse server process uses this data folder');
  });
});

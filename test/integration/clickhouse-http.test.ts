import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { brotliCompressSync, brotliDecompressSync, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { init as initZstd, decompress as unzstd, compress as zstd } from '@bokuweb/zstd-wasm';
import { compressFrame as lz4, decompressFrame as unlz4 } from 'lz4-napi';
import { beforeAll, describe, expect, test } from 'vitest';
import { packBlocks, unpackBlocks } from '../../src/core/stack/clickhouse-server/http/native-blocks.js';
import { testServer, users } from './clickhouse-http-server.js';

const server = testServer();
const { ask, run } = server;

beforeAll(() => initZstd());

describe('health, users and errors', () => {
  test.each(['/', '/ping', '/replicas_status'])('%s says Ok to anybody', async (path) => {
    const response = await fetch(server.url() + path);
    expect([response.status, await response.text()]).toEqual([200, 'Ok.\n']);
  });

  test.each<[string, string, Parameters<typeof ask>[1], number, string]>([
    ['a wrong password', 'SELECT 1', { user: { name: 'writer', password: 'wrong-secret' } }, 403, '516'],
    ['an unknown table', 'SELECT * FROM nothing', {}, 404, '60'],
    ['an unknown database', 'SELECT 1', { params: { database: 'nothing' } }, 404, '81'],
    ['an unknown setting', 'SELECT 1', { params: { nothing: '1' } }, 404, '115'],
    ['an unknown format', 'SELECT 1 FORMAT Nothing', {}, 404, '73'],
    ['bad syntax', 'SELEC 1', {}, 400, '62'],
    ['two statements', 'SELECT 1; SELECT 2', {}, 400, '62'],
    ['no statement', ' ', {}, 400, '62'],
    ['a missing parameter', 'SELECT {x:UInt8}', {}, 500, '456'],
    ['a write by GET', 'CREATE TABLE x (a Int8) ENGINE = Memory', { method: 'GET' }, 500, '164'],
    ['INTO OUTFILE', "SELECT 1 INTO OUTFILE '/tmp/x'", {}, 500, '82'],
    ['an unknown encoding', 'INSERT INTO x FORMAT CSV', { headers: { 'Content-Encoding': 'pack200' } }, 400, '89'],
    [
      'a broken form',
      'SELECT 1',
      { headers: { 'Content-Type': 'multipart/form-data; boundary=x' }, body: 'y' },
      400,
      '36',
    ],
    ['a broken block', 'INSERT INTO x FORMAT CSV', { params: { decompress: '1' }, body: 'x'.repeat(99) }, 400, '271'],
  ])('%s', async (_, query, asked, status, code) => {
    const answer = await ask(query, asked);
    expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([status, code]);
    expect(answer.text).toMatch(new RegExp(`^Code: ${code}\\. DB::Exception: .+\\([A-Z_]+\\) \\(version 2\\d\\.`, 's'));
  });

  test('no credentials ask for some', async () => {
    const response = await fetch(`${server.url()}/?query=SELECT+1`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic/);
  });

  test.each([
    ['no HTTP', 'hello\r\n\r\n', /^HTTP\/1.1 400 /],
    ['a huge header', `GET / HTTP/1.1\r\nA: ${'x'.repeat(2 << 20)}\r\n\r\n`, /^HTTP\/1.1 431 /],
    ['an unknown path', 'GET /x HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1.1 404 /],
    ['an unknown method', 'PURGE / HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1.1 405 /],
  ])('%s gets a clear answer', async (_, sent, expected) => {
    const socket = connect(server.port(), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(sent);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(answer.toString()).toMatch(expected);
  });
});

describe('requests of every shape', () => {
  test('statement in the URL, in the body, in both; by GET; with a database and a default format', async () => {
    expect(await run('SELECT 1')).toBe('1');
    expect((await ask(undefined, { body: 'SELECT 2' })).text).toBe('2');
    expect(await run('SELECT 1 +', { body: '2' })).toBe('3');
    expect(await run('SELECT currentDatabase()', { method: 'GET', params: { database: 'system' } })).toBe('system');
    const answer = await ask('SELECT 1 AS x', { params: { default_format: 'JSONEachRow', query_id: 'my-id' } });
    expect(answer.text).toBe('{"x":1}');
    expect(answer.headers.get('x-clickhouse-format')).toBe('JSONEachRow');
    expect(answer.headers.get('x-clickhouse-query-id')).toBe('my-id');
    expect(answer.headers.get('x-clickhouse-timezone')).toBeTruthy();
    expect(JSON.parse(answer.headers.get('x-clickhouse-summary')!)).toMatchObject({ result_rows: '1' });
  });

  test('nothing of a request is left for the next', async () => {
    const sql = "SELECT getSetting('max_threads') = 1, getSetting('max_block_size') = 7, currentDatabase()";
    expect(await run(sql, { params: { max_threads: '1', max_block_size: '7', database: 'system' } })).toBe(
      '1\t1\tsystem',
    );
    await run('SET max_block_size = 7');
    await run('USE system');
    const answers = await Promise.all(Array.from({ length: 20 }, () => run(sql)));
    expect(new Set(answers)).toEqual(new Set(['0\t0\tdefault']));
  });

  test('parameters side by side keep apart', async () => {
    const one = async (i: number) =>
      expect(await run('SELECT {x:UInt32}', { params: { param_x: String(i) } })).toBe(String(i));
    await Promise.all(Array.from({ length: 60 }, (_, i) => one(i)));
  });

  const columns = 'id UInt32, name String, at DateTime64(3), price Float64';
  const source =
    "SELECT toUInt32(number) AS id, concat('n;\\'\\n', toString(number)) AS name, toDateTime64(number, 3) AS at, number / 7 AS price FROM numbers(1000)";
  const sum = 'SELECT count(), sum(cityHash64(id, name, at, price)) FROM';

  test.each([
    'JSONEachRow',
    'JSONCompactEachRowWithNames',
    'JSON',
    'CSV',
    'CSVWithNames',
    'TSV',
    'TabSeparatedWithNamesAndTypes',
    'Values',
    'XML',
    'RowBinary',
    'RowBinaryWithNamesAndTypes',
    'Native',
    'Parquet',
    'Arrow',
    'ArrowStream',
    'ORC',
    'Avro',
    'MsgPack',
    'BSONEachRow',
  ])('%s out and in again', async (format) => {
    const { bytes, status } = await ask(`${source} FORMAT ${format}`);
    expect([status, bytes.length > 0]).toEqual([200, true]);
    if (format === 'XML') return expect(bytes.toString()).toContain('</result>');
    await run(`CREATE OR REPLACE TABLE formats (${columns}) ENGINE = MergeTree ORDER BY id`);
    await run(`INSERT INTO formats FORMAT ${format}`, { body: bytes });
    expect(await run(`${sum} formats`)).toBe(await run(`${sum} (${source})`));
  });

  const packers: Record<string, (bytes: Buffer) => Uint8Array | Promise<Uint8Array>> = {
    gzip: gzipSync,
    deflate: deflateSync,
    br: brotliCompressSync,
    lz4,
    zstd: (bytes) => zstd(bytes),
  };
  const unpackers: Record<string, (bytes: Buffer) => Uint8Array | Promise<Uint8Array>> = {
    gzip: gunzipSync,
    deflate: inflateSync,
    br: brotliDecompressSync,
    lz4: unlz4,
    zstd: (bytes) => unzstd(bytes, { defaultHeapSize: 1 << 24 }),
  };
  test.each(Object.keys(packers))('%s both ways, around data and around statement and data', async (encoding) => {
    await run('CREATE OR REPLACE TABLE packed (id UInt32) ENGINE = MergeTree ORDER BY id');
    const headers = { 'Content-Encoding': encoding };
    const pack = async (text: string) => await packers[encoding]!(Buffer.from(text));
    await run('INSERT INTO packed FORMAT TSV', { headers, body: await pack('1\n2\n') });
    expect((await ask(undefined, { headers, body: await pack('INSERT INTO packed FORMAT TSV\n3\n') })).status).toBe(
      200,
    );
    expect((await ask(undefined, { headers, body: await pack('SELECT sum(id) FROM packed') })).text).toBe('6');
    // fetch unpacks gzip, deflate and br by itself, and says so by its own Accept-Encoding only.
    const raw = await rawQuery('SELECT number FROM numbers(300000)', 'enable_http_compression=1', encoding);
    const lines = Buffer.from(await unpackers[encoding]!(raw))
      .toString()
      .trimEnd()
      .split('\n');
    expect([lines.length, lines.at(-1)]).toEqual([300_000, '299999']);
  });

  test("ClickHouse's own blocks both ways", async () => {
    await run('CREATE OR REPLACE TABLE packed (id UInt32) ENGINE = MergeTree ORDER BY id');
    await run('INSERT INTO packed FORMAT TSV', {
      params: { decompress: '1' },
      body: packBlocks(Buffer.from('4\n5\n')),
    });
    const { bytes } = await ask('SELECT sum(id) FROM packed', { params: { compress: '1' } });
    const pieces: Buffer[] = [];
    for await (const piece of unpackBlocks(Readable.from([bytes]))) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('9\n');
  });

  test('Native blocks of a client protocol version, whatever the types', async () => {
    const sql = `SELECT number AS n, toString(n) AS s, toFixedString('ab', 2) AS f, toNullable(n) AS o, [n, 1] AS a, [['x'], []] AS aa,
      (n, 'x') AS t, CAST((1, 'y'), 'Tuple(a UInt8, \`b c\` LowCardinality(String))') AS named, map('k', [n]) AS m,
      toLowCardinality(s) AS lc, CAST(if(n % 2, s, NULL), 'LowCardinality(Nullable(String))') AS lcn, [toLowCardinality('q')] AS alc,
      toDateTime64(n, 3, 'UTC') AS dt, toDecimal128(n, 4) AS d, CAST('a', 'Enum8(\\'a, (\\' = 1, \\'a\\' = 2)') AS e, generateUUIDv4() AS u,
      toIPv6('::1') AS ip, (1., 2.)::Point AS p, [(1., 2.)]::Ring AS r, NULL AS nothing, toIntervalDay(n) AS i, [] AS none, true AS b
      FROM numbers(50000) FORMAT Native`;
    const plain = (await ask(sql)).bytes.length;
    const { bytes, status } = await ask(sql, { params: { client_protocol_version: '54460' } });
    expect([status, (bytes.length - plain) % (8 + 23)]).toEqual([200, 0]);
    expect(bytes.subarray(0, 9)).toEqual(Buffer.from([1, 0, 2, 255, 255, 255, 255, 0, 23]));
    const unknown = await ask("SELECT '{}'::JSON FORMAT Native", { params: { client_protocol_version: '54460' } });
    expect([unknown.status, unknown.headers.get('x-clickhouse-exception-code')]).toEqual([501, '48']);
  });

  test('a torn upload leaves no rows', async () => {
    await run('CREATE OR REPLACE TABLE torn (id UInt32) ENGINE = MergeTree ORDER BY id');
    const socket = connect(server.port(), '127.0.0.1');
    const login = Buffer.from(`${users.writer.name}:${users.writer.password}`).toString('base64');
    const head = `POST /?query=INSERT+INTO+torn+FORMAT+TSV HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${login}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    socket.write(`${head}4\r\n1\n2\n\r\n`);
    socket.end();
    await once(socket.resume(), 'close');
    expect(await run('SELECT count() FROM torn')).toBe('0');
  });
});

test.runIf(process.platform === 'linux')('merges yield to everything else, for any user', () => {
  const task = `/proc/${server.pid()}/task`;
  // proc_pid_stat(5): the nineteenth value is the nice value; the second, the name, ends with the last bracket.
  const threads = readdirSync(task).map((id) => readFileSync(`${task}/${id}/stat`, 'utf8'));
  const nice = (stat: string) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  const merging = threads.filter((stat) => stat.includes('(MergeMutate)'));
  expect(merging.map(nice)).toEqual([10, 10]);
  expect(threads.filter((stat) => !merging.includes(stat)).map(nice)).not.toContain(10);
});

/** The bytes of an answer as they went over the wire. */
async function rawQuery(query: string, params: string, acceptEncoding: string): Promise<Buffer> {
  const auth = `${users.writer.name}:${users.writer.password}`;
  const sent = request(`${server.url()}/?${params}`, {
    method: 'POST',
    auth,
    headers: { 'Accept-Encoding': acceptEncoding },
  });
  sent.end(query);
  const [response] = (await once(sent, 'response')) as [Readable & { headers: Record<string, string> }];
  expect(response.headers['content-encoding']).toBe(acceptEncoding);
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

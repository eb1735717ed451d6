import { type AddressInfo, createServer } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { homeAt } from '../../src/core/runtime/home.js';
import { newestVerification } from '../../src/core/verify/past.js';
import { eventually } from './eventually.js';
import { withClickHouseKilled } from './killed-clickhouse.js';
import { answer, clickhouseWriter, Loop, rowsOf } from './loop.js';
import { judge, type OpenApi, requests } from './openapi-tester.js';
import { ownPipeline } from './own-pipeline.js';
import { pipe } from './pipe.js';
import { Served } from './served.js';

const name = 'served';
const loop = new Loop(ownPipeline(name));
const own = `/v1/pipelines/${name}`;
let api: Served;

beforeAll(async () => {
  await loop.generate('--rate', '500', '--duration', '6s', '--seed', '3', '--corrupt', '0.01');
  await loop.catchUp();
  api = await Served.start(loop.home, loop.select);
});
afterAll(() => api.end());

interface Row {
  window_start: string;
  [column: string]: unknown;
}
type Page = { rows: Row[]; next: string | null };

/** All pages, one after another. */
async function pages(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page = await api.json<Page>(`${path}${cursor ? `&cursor=${cursor}` : ''}`);
    rows.push(...page.rows);
    cursor = page.next;
  }
  return rows;
}

describe('windows', () => {
  it.each([
    ['stats', '1s', 'kind'],
    ['stats', '10s', 'kind'],
    ['moving', '6s', 'floor'],
  ])('of %s, %s: the pages are the rows of the view, each once, in both orders', async (window, size, key) => {
    const path = `${own}/windows/${window}?size=${size}&limit=7`;
    const [newestFirst, oldestFirst] = [await pages(`${path}&order=desc`), await pages(`${path}&order=asc`)];
    expect(oldestFirst).toEqual([...newestFirst].reverse());
    const stored = await rowsOf<{ at: number; key: unknown; events: number }>(
      await clickhouseWriter(),
      `SELECT toUnixTimestamp64Milli(window_start) AS at, ${key} AS key, events FROM ${name}_${window}
       WHERE window_size = ${Number.parseInt(size, 10) * 1000} ORDER BY at, isNull(key), key`,
    );
    expect(oldestFirst.map((row) => ({ at: Date.parse(row.window_start), key: row[key], events: row.events }))).toEqual(
      stored,
    );
  });

  it('are those of a range and a key, and no digit of a sum is lost', async () => {
    const all = await pages(`${own}/windows/stats?size=1s&order=asc`);
    const [from, to] = [all[3]!.window_start, all[9]!.window_start];
    const some = await pages(`${own}/windows/stats?size=1s&order=asc&from=${from}&to=${to}&key.kind=b`);
    expect(some).toEqual(all.filter((row) => row.kind === 'b' && row.window_start >= from && row.window_start < to));
    expect(some.length).toBeGreaterThan(0);
    expect((await api.get(`${own}/windows/stats?size=1s&limit=1`)).text).toMatch(/"turnover":\d+\.\d\d,/);
  });

  it('as CSV have the same rows, and the cursor in a header', async () => {
    const query = `${own}/windows/stats?size=1s&limit=5`;
    const [csv, json] = [await api.get(`${query}&format=csv`), await api.json<Page>(query)];
    const [head, ...lines] = csv.text.trimEnd().split('\r\n');
    expect(head!.split(',')).toEqual(Object.keys(json.rows[0]!));
    expect(lines.map((line) => line.split(',')[1])).toEqual(json.rows.map((row) => row.window_start));
    expect(csv.headers.get('x-next-cursor')).toBe(json.next);
  });

  it('that are older than the oldest of an earlier answer are found', async () => {
    const path = `${own}/windows/stats?size=1s&order=asc`;
    const oldestOf = async (limit: number) => (await api.json<Page>(`${path}&limit=${limit}`)).rows[0]!.window_start;
    const before = await oldestOf(1);
    const older = new Date(Date.parse(before) - 86_400_000).toISOString();
    const table = `${name}_stats_rows`;
    const writer = await clickhouseWriter();
    const dayBefore = (column: string) => `${column} - INTERVAL 1 DAY AS ${column}`;
    await writer.command({
      query: `INSERT INTO ${table} SELECT * REPLACE (${dayBefore('window_start')}, ${dayBefore('window_end')})
        FROM ${table} WHERE window_size = 1000 ORDER BY window_start LIMIT 1`,
    });
    try {
      expect(await oldestOf(2)).toBe(older);
      expect(await oldestOf(3)).toBe(older);
    } finally {
      await writer.command({ query: `ALTER TABLE ${table} DROP PARTITION '${older.slice(0, 10)}'` });
    }
  });

  it('that have not changed need not be sent again', async () => {
    const path = `${own}/windows/stats?size=10s`;
    const first = await api.get(path);
    expect(first.headers.get('cache-control')).toBe('private, max-age=1');
    const again = await api.get(path, { headers: { 'if-none-match': first.headers.get('etag')! } });
    expect([again.status, again.text]).toEqual([304, '']);
    const document = await api.json<OpenApi>('/openapi.json');
    for (const [path, { get }] of Object.entries(document.paths))
      expect([path, Object.keys(get!.responses)]).toEqual([path, expect.arrayContaining(['304'])]);
  });

  it('that are refused are refused again, however like the last refusal', async () => {
    const path = `${own}/windows/stats?limit=0`;
    const first = await api.get(path);
    const again = await api.get(path, { headers: { 'if-none-match': first.headers.get('etag') ?? '"none"' } });
    expect([first.status, again.status]).toEqual([400, 400]);
  });
});

it('a named query answers what pipe query does', async () => {
  const { rows } = await api.json<{ rows: unknown[] }>(`${own}/queries/window_progress`);
  const told = (await loop.run('query', '--name', 'window_progress')).json<{ rows: Record<string, unknown>[] }>();
  expect(rows).toHaveLength(told.rows.length);
  const counts = (all: unknown[]) => all.map((row) => (row as { rows: number }).rows);
  expect(counts(rows)).toEqual(counts(told.rows));
  const few = await api.json<{ rows: unknown[] }>(`${own}/queries/stats_latest?size=1000&limit=2`);
  expect(few.rows).toHaveLength(2);
});

it('dead letters are those of pipe dlq list', async () => {
  const told = (await pipe(['dlq', 'list', ...loop.select, '--home', loop.home, '--json', '--limit', '5'])).json();
  expect(await api.json(`${own}/dead-letters?limit=5`)).toEqual(told);
});

it('the newest verification is told, once there is one', async () => {
  expect((await api.get(`${own}/verify`)).status).toBe(404);
  const report = await loop.verify();
  const told = await api.json<{ report: unknown; time: string }>(`${own}/verify`);
  expect(told.report).toEqual(report);
  expect(told.time).toBe(newestVerification(homeAt(loop.home), name)!.time);
});

it('a pipeline that no engine has processed is told so', async () => {
  const { status, text } = await api.get('/v1/pipelines/saas/windows/errors');
  // Another test of this run may have processed it.
  if (status !== 200) expect([status, JSON.parse(text).error.code]).toEqual([404, 'NOTHING_STORED']);
  expect(await api.json('/v1/pipelines')).toMatchObject({
    pipelines: expect.arrayContaining([expect.objectContaining({ pipeline: name })]),
  });
});

it('what runs is what pipe top tells, now and on the stream, and its history', async () => {
  const engine = loop.start('process');
  const generator = loop.start('generate', '--rate', '300', '--duration', '20s', '--seed', '9');
  const stream = api.stream('/v1/stream');
  const shown = await eventually('the load is on the stream', async () => {
    const { pipelines } = await stream.next<{
      pipelines: {
        pipeline: string;
        generator: { acked: number } | null;
        engine: { consumed_per_s: number | null } | null;
      }[];
    }>('snapshot');
    const look = pipelines.find(({ pipeline }) => pipeline === name);
    return (look?.engine?.consumed_per_s ?? 0) > 0 && look;
  });
  expect(shown.generator!.acked).toBeGreaterThan(0);
  stream.end();
  await generator.ended();
  const settled = async () => {
    const [served, top] = [
      await api.json<Snapshot>('/v1/snapshot'),
      (await pipe(['top', '--once', '--json', '--home', loop.home])).json<Snapshot>(),
    ];
    const of = ({ pipelines }: Snapshot) => pipelines.find(({ pipeline }) => pipeline === name)?.engine;
    const [a, b] = [of(served), of(top)];
    return a && b && a.lag === 0 && JSON.stringify(a.records) === JSON.stringify(b.records);
  };
  await eventually('API and top tell the same', settled);
  const { moments } = await api.json<{ moments: { at: number; out_per_s: number | null }[] }>(`${own}/history?from=1m`);
  expect(moments.some(({ out_per_s }) => (out_per_s ?? 0) > 0)).toBe(true);
  expect((await api.json<{ engine: { lag: number } }>(`${own}/lag`)).engine.lag).toBe(0);
  answer(await engine.end('SIGTERM'), 143);
});

interface Snapshot {
  pipelines: { pipeline: string; engine: { lag: number; records: unknown } | null }[];
}

it('a killed ClickHouse shows in /ready and in what needs it, and so does its return', async () => {
  expect((await api.get('/ready')).status).toBe(200);
  await withClickHouseKilled(async () => {
    const state = async () => {
      const { services } = JSON.parse((await api.get('/ready')).text) as {
        services: { name: string; state: string }[];
      };
      return services.find((service) => service.name === 'clickhouse')?.state;
    };
    await eventually('/ready tells of it', async () => (await state()) === 'failed');
    expect((await api.get('/ready')).status).toBe(503);
    await eventually('its rows are not there', async () => (await api.get(`${own}/windows/stats`)).status === 503);
    expect((await api.get('/health')).status).toBe(200);
    await eventually('its metric tells', async () =>
      /^pipe_service_up\{service="clickhouse"\} 0$/m.test((await api.get('/metrics')).text),
    );
  });
  await eventually('/ready tells', async () => (await api.get('/ready')).status === 200);
  expect((await api.json<Page>(`${own}/windows/stats`)).rows.length).toBeGreaterThan(0);
});

it('answers whatever it is asked as its OpenAPI document says', async () => {
  const document = await api.json<OpenApi>('/openapi.json');
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/health', '/v1/stream', `${own}/windows/stats`, '/v1/ecommerce/funnel']),
  );
  await fc.assert(
    fc.asyncProperty(requests(document, ['/v1/stream']), async (asked) => {
      const { status, headers, text } = await api.get(`${asked.path}?${new URLSearchParams(asked.query)}`);
      expect(status).not.toBe(500);
      expect(judge(document, asked, { status, type: headers.get('content-type') ?? '', text })).toBeUndefined();
    }),
    { numRuns: 400 },
  );
});

it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'QUERY', 'PROPFIND'])(
  '%s is refused on every path',
  async (method) => {
    const document = await api.json<OpenApi>('/openapi.json');
    for (const path of [...Object.keys(document.paths), '/openapi.json', '/docs/']) {
      const refused = await api.raw(method, path);
      expect([path, refused.status, refused.headers.allow]).toEqual([path, 405, 'GET, HEAD, OPTIONS']);
    }
  },
);

it('a request under a name that is not ours is refused', async () => {
  const { status } = await api.raw('GET', '/v1/snapshot', { host: 'evil.example' });
  expect(status).toBe(403);
});

describe('with a token', () => {
  let guarded: Served;
  beforeAll(async () => {
    guarded = await Served.start(loop.home, ['--token', 'let-me-in', '--rate-limit', '30']);
  });
  afterAll(() => guarded.end());

  it.each([undefined, 'Bearer wrong', 'Basic let-me-in', 'Bearer'])('%s is let in nowhere', async (authorization) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    for (const path of ['/v1/snapshot', '/v1/stream', '/metrics', '/v1/ecommerce/funnel'])
      expect([path, (await guarded.get(path, { headers })).status]).toEqual([path, 401]);
  });

  it('who bears it is let in, and all may ask how it is and read the document', async () => {
    expect((await guarded.get('/v1/snapshot', { headers: { authorization: 'Bearer let-me-in' } })).status).toBe(200);
    for (const path of ['/health', '/ready', '/openapi.json', '/docs/'])
      expect([path, (await guarded.get(path)).status]).toEqual([path, 200]);
  });

  it('more requests than allowed get 429', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => guarded.get('/v1/snapshot')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(JSON.parse(refused[0]!.text).error.code).toBe('RATE_LIMIT');
    expect(refused[0]!.headers.get('retry-after')).not.toBeNull();
  });
});

it('other machines are not let in without a token', async () => {
  const ran = await pipe(['serve', '--host', '0.0.0.0', '--port', '0', '--home', loop.home]);
  expect([ran.exitCode, ran.stderr]).toEqual([2, expect.stringContaining('--token')]);
});

it('a taken port is told with its holder', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as AddressInfo;
  const ran = await pipe(['serve', '--port', String(port), '--home', loop.home]);
  expect([ran.exitCode, ran.stderr]).toEqual([3, expect.stringContaining(`(pid ${process.pid})`)]);
  holder.close();
});

it('Ctrl-C ends the streams, and the summary counts', async () => {
  const ending = await Served.start(loop.home, []);
  const stream = ending.stream('/v1/stream');
  await stream.next('snapshot');
  await ending.get('/health');
  const ended = await ending.running.end('SIGINT');
  expect(answer<{ requests: number; failed: number }>(ended, 130)).toMatchObject({ requests: 2, failed: 0 });
  await expect(stream.next('snapshot')).rejects.toThrow('ended');
});

import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import type { ClickHouseClient } from '@clickhouse/client';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Plan } from '../../src/core/pipeline/plan.js';
import type { Alert } from '../../src/core/process/detect/kind.js';
import { homeAt } from '../../src/core/runtime/home.js';
import { nodeRuntime } from '../../src/core/runtime/node-runtime.js';
import { connectWriter } from '../../src/core/sink/client.js';
import { alertColumns } from '../../src/core/sink/columns.js';
import { appendAlerts } from '../../src/core/sink/encode-alerts.js';
import { rawEncoder } from '../../src/core/sink/encode-raw.js';
import { type StoredWindow, windowEncoder } from '../../src/core/sink/encode-windows.js';
import { type Block, insertBlock } from '../../src/core/sink/insert.js';
import { alertTable, alertView, rawTable, windowTable, windowView } from '../../src/core/sink/names.js';
import { NativeBlock } from '../../src/core/sink/native-block.js';
import { countRange, storedRanges } from '../../src/core/sink/ranges.js';
import { ensureTables } from '../../src/core/sink/tables.js';
import type { ClickHouseEndpoint } from '../../src/core/stack/endpoints.js';
import { resolveEndpoints } from '../../src/core/stack/stack.js';
import { batchOf, planOf, type Row, window } from '../unit/sink/fixture.js';

let endpoint: ClickHouseEndpoint;
let client: ClickHouseClient;
const made: Plan[] = [];

beforeAll(async () => {
  const needed = await resolveEndpoints(nodeRuntime(), homeAt(inject('home')), undefined, ['clickhouse']);
  endpoint = needed.clickhouse;
  client = connectWriter(endpoint);
});

afterAll(async () => {
  for (const plan of made) {
    for (const each of plan.windows) {
      await client.command({ query: `DROP VIEW IF EXISTS ${windowView(plan, each)}` });
      await client.command({ query: `DROP TABLE IF EXISTS ${windowTable(plan, each)}` });
    }
    await client.command({ query: `DROP VIEW IF EXISTS ${alertView(plan)}` });
    for (const table of [alertTable(plan), rawTable(plan)])
      await client.command({ query: `DROP TABLE IF EXISTS ${table}` });
  }
  await client.close();
});

/** A plan of its own for each test, so that none sees the rows of another. */
function freshPlan(more: Partial<Plan> = {}): Plan {
  const plan = planOf(`sink_${process.pid}_${made.length}`, more);
  made.push(plan);
  return plan;
}

async function freshTables(more: Partial<Plan> = {}): Promise<Plan> {
  const plan = freshPlan(more);
  await ensureTables(client, plan);
  return plan;
}

async function select<T>(query: string): Promise<T[]> {
  const result = await client.query({
    query,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1, output_format_json_quote_decimals: 1 },
  });
  return await result.json<T>();
}

async function count(table: string): Promise<number> {
  const [row] = await select<{ rows: number }>(`SELECT toUInt32(count()) AS rows FROM ${table}`);
  return row!.rows;
}

const dayMs = 86_400_000;
const start = Date.UTC(2026, 0, 31);

function rowAt(index: number, more: Partial<Row> = {}): Row {
  return {
    event_id: `e-${index}`,
    kind: 'view',
    at: start + index,
    user_id: `u-${index % 10}`,
    quantity: index,
    price: null,
    score: null,
    mobile: null,
    comment: null,
    category: null,
    ...more,
  };
}

function blockOf(plan: Plan, rows: readonly Row[], token: string, offset = 0): Block {
  const encoder = rawEncoder(plan);
  const block = new NativeBlock(encoder.columns);
  encoder.append(block, batchOf(rows, { offset }), new Uint8Array(rows.length), 0);
  return { ...block.content(), table: rawTable(plan), token };
}

describe('tables', () => {
  it('are made once, again without effect, and take new nullable columns', async () => {
    const plan = await freshTables();
    await ensureTables(client, plan);
    const more = [...plan.fields, { ...plan.fields[4]!, name: 'weight' }];
    await ensureTables(client, { ...plan, fields: more });
    const columns = await select<{ name: string }>(
      `SELECT name FROM system.columns WHERE table = '${rawTable(plan)}' ORDER BY position`,
    );
    expect(columns.map(({ name }) => name).slice(8, 12)).toEqual(['comment', 'category', 'weight', '_partition']);
  });

  it('follow another TTL in the file', async () => {
    const plan = await freshTables({ store: { raw: { ttl: dayMs }, windows: {}, alerts: {} } });
    await ensureTables(client, { ...plan, store: { raw: { ttl: 2 * dayMs }, windows: { ttl: dayMs }, alerts: {} } });
    const [table] = await select<{ engine_full: string }>(
      `SELECT engine_full FROM system.tables WHERE name = '${rawTable(plan)}'`,
    );
    expect(table!.engine_full).toContain('TTL toDateTime(at) + toIntervalSecond(172800)');
  });

  it('that do not fit are named, column by column, and nothing is changed', async () => {
    const plan = await freshTables();
    const price = { ...plan.fields[5]!, scale: 4 };
    const changed = { ...plan, fields: plan.fields.map((field) => (field.name === 'price' ? price : field)) };
    await expect(ensureTables(client, changed)).rejects.toMatchObject({
      exit: 2,
      code: 'TABLE_MISFIT',
      message: expect.stringContaining(
        'column price: expected Nullable(Decimal(18, 4)), found Nullable(Decimal(18, 2))',
      ),
    });
  });
});

describe('raw rows', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 200 });
  const anyRow = fc.record<Row>({
    event_id: text,
    kind: fc.constantFrom('view', 'purchase'),
    at: fc.integer({ min: start, max: start + 3 * dayMs }),
    user_id: text,
    quantity: fc.option(fc.maxSafeInteger()),
    price: fc.option(fc.maxSafeInteger()),
    score: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    mobile: fc.option(fc.boolean()),
    comment: fc.option(text),
    category: fc.option(text),
  });

  it('come back as they were, whatever they hold', async () => {
    const plan = await freshTables();
    let offset = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 50 }), async (rows) => {
        const from = offset;
        offset += rows.length;
        await insertBlock(client, blockOf(plan, rows, `any-${from}`, from));
        const stored = await select<Record<string, unknown>>(
          `SELECT * EXCEPT (at, _record_time), toFloat64(toUnixTimestamp64Milli(at)) AS at
           FROM ${rawTable(plan)} WHERE _offset >= ${from} ORDER BY _offset`,
        );
        const expected = rows.map((row, index) => ({
          ...row,
          quantity: row.quantity === null ? null : String(row.quantity),
          price: row.price === null ? null : cents(row.price),
          score: row.score === 0 ? 0 : row.score,
          _partition: 0,
          _offset: String(from + index),
        }));
        expect(stored.map((row) => ({ ...row, score: row.score === 0 ? 0 : row.score }))).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('of one insert are one block, however many they are', async () => {
    const plan = await freshTables();
    const rows = Array.from({ length: 200_000 }, (_, index) => rowAt(index));
    await insertBlock(client, blockOf(plan, rows, 'large'));
    const parts = await select<{ rows: string }>(
      `SELECT rows FROM system.parts WHERE table = '${rawTable(plan)}' AND level = 0`,
    );
    expect(parts).toEqual([{ rows: '200000' }]);
  });

  it('with the same token are stored once, each day of event time for itself', async () => {
    const plan = await freshTables();
    const rows = Array.from({ length: 150 }, (_, index) => rowAt(index, { at: start + index * dayMs }));
    const block = blockOf(plan, rows, 'twice');
    for (let attempt = 0; attempt < 3; attempt++) await insertBlock(client, block);
    expect(await count(rawTable(plan))).toBe(150);
  });

  it('are counted and listed by offset', async () => {
    const plan = await freshTables();
    await insertBlock(
      client,
      blockOf(
        plan,
        [0, 1, 2].map((index) => rowAt(index)),
        'a',
        100,
      ),
    );
    await insertBlock(
      client,
      blockOf(
        plan,
        [3, 4].map((index) => rowAt(index)),
        'b',
        110,
      ),
    );
    const table = rawTable(plan);
    expect(await countRange(client, table, 0, { from: 101, to: 111 })).toBe(3);
    expect(await countRange(client, table, 1, { from: 0, to: 1000 })).toBe(0);
    expect(await storedRanges(client, table, 0, { from: 0, to: 1000 })).toEqual([
      { from: 100, to: 103 },
      { from: 110, to: 112 },
    ]);
  });
});

describe('window rows', () => {
  const row = (more: Partial<StoredWindow>): StoredWindow => ({
    size: 10_000,
    start,
    end: start + 10_000,
    keys: ['view', null],
    values: [1, -3, 2n ** 70n, 0.5, 1, -5, 'é', start],
    provisional: true,
    ...more,
  });

  async function store(plan: Plan, rows: readonly StoredWindow[], version: number): Promise<void> {
    const encoder = windowEncoder(plan, window);
    const block = new NativeBlock(encoder.columns);
    encoder.append(block, rows, version, start);
    await insertBlock(client, { ...block.content(), table: windowTable(plan, window), token: `v${version}` });
  }

  it('come back exactly, also beyond 2^53', async () => {
    const plan = await freshTables();
    await store(plan, [row({ provisional: false })], 1);
    const [stored] = await select(`SELECT * FROM ${windowView(plan, window)}`);
    expect(stored).toEqual({
      window_size: '10000',
      window_start: '2026-01-31 00:00:00.000',
      window_end: '2026-01-31 00:00:10.000',
      kind: 'view',
      category: null,
      events: '1',
      units: '-3',
      revenue: '11805916207174113034.24',
      average: 0.5,
      users: '1',
      smallest: '-0.05',
      newest: 'é',
      seen_at: '2026-01-31 00:00:00.000',
      _version: '1',
      _provisional: false,
      _emitted_at: '2026-01-31 00:00:00.000',
    });
  });

  it('show one row per size, start and group: the newest revision, in whatever order they came', async () => {
    const plan = await freshTables();
    const nothing = [0, null, null, Number.NaN, 0, null, null, null];
    await store(plan, [row({ provisional: false, values: nothing }), row({ keys: ['view', 'toys'] })], 3);
    await store(plan, [row({}), row({ size: 60_000, end: start + 60_000 })], 2);
    const shown = await select(
      `SELECT window_size, category, events, units, average, _version FROM ${windowView(plan, window)} ORDER BY 1, 2`,
    );
    expect(shown).toEqual([
      { window_size: '10000', category: 'toys', events: '1', units: '-3', average: 0.5, _version: '3' },
      { window_size: '10000', category: null, events: '0', units: null, average: null, _version: '3' },
      { window_size: '60000', category: null, events: '1', units: '-3', average: 0.5, _version: '2' },
    ]);
  });
});

describe('a part of many windows', () => {
  const slots = 24;
  const groups = 2_000;

  it('is read in the granules of the time that is asked for, and in those of the group', async () => {
    const plan = await freshTables();
    const encoder = windowEncoder(plan, window);
    const block = new NativeBlock(encoder.columns);
    const rows = Array.from({ length: slots * groups }, (_, index): StoredWindow => {
      const from = start + Math.floor(index / groups) * 300_000;
      const keys = ['view', `c-${index % groups}`];
      return {
        size: 10_000,
        start: from,
        end: from + 10_000,
        keys,
        values: [1, 1, 1, 1, 1, 1, 'x', start],
        provisional: false,
      };
    });
    encoder.append(block, rows, 1, start);
    await insertBlock(client, { ...block.content(), table: windowTable(plan, window), token: 'slots' });
    const read = async (where: string) => {
      const view = windowView(plan, window);
      const [found] = await select<{ rows: string }>(
        `EXPLAIN ESTIMATE SELECT * FROM ${view} WHERE window_size = 10000 AND ${where}`,
      );
      return Number(found!.rows);
    };
    const granule = 1024;
    const at = `fromUnixTimestamp64Milli(${start + 5 * 300_000}, 'UTC')`;
    expect(await read(`window_start >= ${at} AND window_start < ${at} + 10`)).toBeLessThanOrEqual(groups + 2 * granule);
    expect(await read("kind = 'view' AND category = 'c-77'")).toBeLessThanOrEqual(slots * 2 * granule - granule);
    expect(await read('1')).toBe(slots * groups);
  });
});

describe('alerts', () => {
  const alert: Alert = {
    id: 'hot/3-70000000000',
    detector: 'hot',
    kind: 'threshold',
    severity: 'critical',
    keys: { device: 'd\'"\n\u0000é😀', floor: null },
    time: start + 5,
    partition: 3,
    offset: 70_000_000_000,
    evidence: { value: -0.1, above: true, since: start },
  };

  async function store(plan: Plan, alerts: readonly Alert[], raisedAt: number): Promise<void> {
    const block = new NativeBlock(alertColumns);
    appendAlerts(block, alerts, raisedAt);
    await insertBlock(client, { ...block.content(), table: alertTable(plan), token: `${plan.name}/${raisedAt}` });
  }

  it('come out as they went in', async () => {
    const plan = await freshTables();
    await store(plan, [alert], start + 9);
    const [found] = await select<Record<string, string>>(`SELECT * FROM ${alertView(plan)}`);
    expect({ ...found, keys: JSON.parse(found!.keys!), evidence: JSON.parse(found!.evidence!) }).toEqual({
      ...alert,
      time: '2026-01-31 00:00:00.005',
      offset: '70000000000',
      raised_at: '2026-01-31 00:00:00.009',
    });
  });

  it('are shown once, however often they were stored; those of windows have no offset', async () => {
    const plan = await freshTables();
    const ofWindow = { ...alert, id: 'few/1/[]', detector: 'few', partition: 0, offset: -1 };
    await store(plan, [alert, ofWindow], 1);
    await store(plan, [{ ...alert, id: 'hot/3-8' }, alert], 2);
    expect(await select(`SELECT id, offset FROM ${alertView(plan)} ORDER BY id`)).toEqual([
      { id: 'few/1/[]', offset: '-1' },
      { id: 'hot/3-70000000000', offset: '70000000000' },
      { id: 'hot/3-8', offset: '70000000000' },
    ]);
  });

  it('get their table in a store that was made without it', async () => {
    const plan = await freshTables();
    await client.command({ query: `DROP VIEW ${alertView(plan)}` });
    await client.command({ query: `DROP TABLE ${alertTable(plan)} SYNC` });
    await ensureTables(client, plan);
    expect(await count(alertView(plan))).toBe(0);
  });
});

describe('an insert', () => {
  it('whose answer is lost goes again under its token, and says that it is uncertain', async () => {
    const plan = await freshTables();
    const proxy = await answerLosingProxy(endpoint, 2);
    const through = connectWriter({ ...endpoint, url: proxy.url });
    try {
      const retried: number[] = [];
      const onRetry = ({ number }: { number: number }) => void retried.push(number);
      const block = blockOf(plan, [rowAt(1), rowAt(2)], 'lost');
      expect(await insertBlock(through, block, { pauseMs: 1, onRetry })).toEqual({ attempts: 3, uncertain: true });
      expect(retried).toEqual([1, 2]);
      expect(await count(rawTable(plan))).toBe(2);
    } finally {
      await through.close();
      proxy.close();
    }
  });

  it('that ClickHouse refuses is not tried again', async () => {
    const plan = await freshTables();
    const block = { ...blockOf(plan, [rowAt(1)], 'refused'), columns: ['nothing'] };
    const attempts: unknown[] = [];
    const inserting = insertBlock(client, block, { onRetry: (attempt) => void attempts.push(attempt) });
    await expect(inserting).rejects.toMatchObject({ code: 'CLICKHOUSE_ERROR', exit: 1 });
    expect(attempts).toEqual([]);
  });

  it('that is cut short by a wrong body stores nothing', async () => {
    const plan = await freshTables();
    const block = blockOf(plan, [rowAt(1), rowAt(2)], 'short');
    const half = { ...block, body: block.body.subarray(0, block.body.length - 3) };
    await expect(insertBlock(client, half)).rejects.toMatchObject({ code: 'CLICKHOUSE_ERROR' });
    expect(await count(rawTable(plan))).toBe(0);
  });

  it('finds nobody: 3, after its retries', async () => {
    const port = await freePort();
    const nowhere = connectWriter({ ...endpoint, url: `http://127.0.0.1:${port}` });
    const inserting = insertBlock(nowhere, blockOf(planOf(), [rowAt(1)], 'x'), { retries: 2, pauseMs: 1 });
    await expect(inserting).rejects.toMatchObject({ code: 'CLICKHOUSE_UNREACHABLE', exit: 3 });
    await nowhere.close();
  });

  it('stops when it is told to', async () => {
    const port = await freePort();
    const nowhere = connectWriter({ ...endpoint, url: `http://127.0.0.1:${port}` });
    const stop = new AbortController();
    const inserting = insertBlock(nowhere, blockOf(planOf(), [rowAt(1)], 'x'), {
      pauseMs: 60_000,
      signal: stop.signal,
      onRetry: () => stop.abort('SIGTERM'),
    });
    await expect(inserting).rejects.toMatchObject({ code: 'INTERRUPTED', exit: 143 });
    await nowhere.close();
  });
});

/** A scaled integer as ClickHouse prints Decimal(18, 2) in JSON. */
function cents(scaled: number): string {
  const digits = String(Math.abs(scaled)).padStart(3, '0');
  const fraction = digits.slice(-2).replace(/0+$/, '');
  return `${scaled < 0 ? '-' : ''}${digits.slice(0, -2)}${fraction ? `.${fraction}` : ''}`;
}

/** Forwards to ClickHouse, but cuts the first connections when the answer comes: by then the insert has been done. */
async function answerLosingProxy(to: ClickHouseEndpoint, losses: number): Promise<{ url: string; close: () => void }> {
  const { hostname, port } = new URL(to.url);
  const open = new Set<Socket>();
  let lost = 0;
  const server = createServer((near) => {
    const far = dial(Number(port), hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket));
    }
    near.pipe(far);
    far.on('data', (data) => {
      if (lost++ < losses) near.destroy();
      else near.write(data);
    });
  });
  const listening = await listen(server);
  const close = () => {
    for (const socket of open) socket.destroy();
    server.close();
  };
  return { url: `http://127.0.0.1:${listening}`, close };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

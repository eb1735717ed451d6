import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPipeline } from '../../src/core/run/pipeline-source.js';
import { homeAt } from '../../src/core/runtime/home.js';
import { nodeRuntime } from '../../src/core/runtime/node-runtime.js';
import { resolveEndpoints } from '../../src/core/stack/stack.js';
import type { VerifyReport } from '../../src/core/verify/report.js';
import { verifyPipeline } from '../../src/core/verify/verify.js';
import { answer, clickhouseWriter, Loop, rowsOf } from './loop.js';
import { ownPipeline } from './own-pipeline.js';
import { pipe } from './pipe.js';

let clickhouse: ClickHouseClient;
beforeAll(async () => {
  clickhouse = await clickhouseWriter();
});
afterAll(() => clickhouse.close());

/** Runs a statement and waits until it has changed what is stored. */
function change(query: string): Promise<unknown> {
  return clickhouse.command({ query, clickhouse_settings: { mutations_sync: '2' } });
}

describe('before the engine has run', () => {
  it('a pipeline without a topic is missing something', async () => {
    const ran = await new Loop(ownPipeline('unborn')).run('verify');
    expect(answer<{ error: unknown }>(ran, 3).error).toMatchObject({ code: 'NO_TOPIC' });
  });

  it('everything is in flight, and a note says what to do', async () => {
    const loop = new Loop('saas');
    const { acked } = await loop.generate('--count', '1500', '--rate', 'max', '--repeat', '0.02', '--corrupt', '0.02');
    expect(await loop.verify()).toMatchObject({
      ok: true,
      produced: acked,
      stored: 0,
      in_flight: acked,
      missing: 0,
      extra: 0,
      windows: { checked: 0, wrong: 0, unchecked: 0 },
      notes: [expect.stringContaining('pipe process --domain saas')],
    });
  });
});

describe('after it', () => {
  const loop = new Loop('saas');

  it('a whole pipeline is clean; also as text', async () => {
    const { consumed, aggregated } = await loop.catchUp();
    expect(await loop.verify()).toMatchObject({
      ok: true,
      produced: consumed,
      stored: aggregated,
      in_flight: 0,
      missing: 0,
      extra: 0,
      windows: { wrong: 0, unchecked: 0 },
      accuracy: 100,
      differences: [],
    });
    const text = await pipe(['verify', '--domain', 'saas', '--home', loop.home]);
    expect([text.exitCode, text.stdout.split('\n').at(-1)]).toEqual([
      0,
      '✓ nothing missing, nothing extra, nothing wrong',
    ]);
  });

  it('what was sent since is in flight, and the windows stay right', async () => {
    const { acked } = await loop.generate('--count', '100', '--rate', 'max');
    expect(await loop.verify()).toMatchObject({ ok: true, in_flight: acked, missing: 0, windows: { wrong: 0 } });
  });

  it('kill -9 leaves nothing to compare before recovery, and says so', async () => {
    const engine = loop.start('process');
    await engine.begun;
    const [before] = await rowsOf<{ rows: number }>(clickhouse, 'SELECT count() AS rows FROM saas_events');
    await loop.generate('--count', '500', '--rate', 'max');
    await expect
      .poll(
        async () => (await rowsOf<{ rows: number }>(clickhouse, 'SELECT count() AS rows FROM saas_events'))[0]!.rows,
        {
          timeout: 60_000,
        },
      )
      .toBeGreaterThan(before!.rows);
    await engine.end('SIGKILL');
    const found = await loop.verify();
    expect(found).toMatchObject({ ok: true, missing: 0, extra: 0, windows: { checked: 0, wrong: 0 } });
    expect(found.notes.join()).toContain('did not end cleanly');
    await loop.catchUp();
    expect(await loop.verify()).toMatchObject({ ok: true, in_flight: 0, windows: { unchecked: 0 } });
  });
});

describe('finds', () => {
  const name = 'damaged';
  const file = ownPipeline(name);
  const loop = new Loop(file);

  /** What the command answers, without a process for each. */
  async function verified(): Promise<VerifyReport> {
    const runtime = nodeRuntime();
    const home = homeAt(loop.home);
    const endpoints = await resolveEndpoints(runtime, home, undefined, ['kafka', 'clickhouse']);
    return verifyPipeline(runtime, home, findPipeline(runtime, { pipeline: file }), endpoints);
  }

  beforeAll(async () => {
    await loop.generate('--count', '1000', '--rate', 'max', '--start', '2026-03-01T12:00:00Z');
    await loop.catchUp();
    expect((await loop.verify()).ok).toBe(true);
    for (const table of ['events', 'stats_rows'])
      await change(
        `CREATE TABLE ${name}_${table}_kept ENGINE = MergeTree ORDER BY tuple() AS SELECT * FROM ${name}_${table}`,
      );
  });

  /** Puts the tables back as they were before the damage. */
  async function mend(): Promise<void> {
    for (const table of ['events', 'stats_rows']) {
      await change(`TRUNCATE TABLE ${name}_${table}`);
      await change(`INSERT INTO ${name}_${table} SETTINGS insert_deduplicate = 0 SELECT * FROM ${name}_${table}_kept`);
    }
  }

  const one = `(_partition, _offset) IN (SELECT _partition, _offset FROM ${name}_events ORDER BY _partition, _offset LIMIT 1)`;
  const aWindow = "window_size = 1000 AND kind = 'b'";
  const copied = (columns: string) =>
    `INSERT INTO ${name}_stats_rows SELECT * REPLACE (${columns}) FROM ${name}_stats_rows FINAL WHERE ${aWindow} ORDER BY window_start LIMIT 1`;

  it.each<[what: string, damage: string, found: { missing: number; extra: number; wrong: number }, side: string]>([
    [
      'a raw row that is gone',
      `ALTER TABLE ${name}_events DELETE WHERE ${one}`,
      { missing: 1, extra: 0, wrong: 1 },
      'both',
    ],
    [
      'a raw row stored twice',
      `INSERT INTO ${name}_events SELECT * FROM ${name}_events WHERE ${one}`,
      { missing: 0, extra: 1, wrong: 1 },
      'both',
    ],
    [
      'a raw row whose value was changed',
      `ALTER TABLE ${name}_events UPDATE price = price + 1 WHERE ${one}`,
      { missing: 0, extra: 0, wrong: 1 },
      'both',
    ],
    [
      'a window row whose value was changed',
      copied('turnover + 1 AS turnover, _version + 1 AS _version'),
      { missing: 0, extra: 0, wrong: 1 },
      'both',
    ],
    [
      'a mean that is off by a millionth',
      copied('mean * 1.000001 AS mean, _version + 1 AS _version'),
      { missing: 0, extra: 0, wrong: 1 },
      'both',
    ],
    [
      'a window row that is gone',
      `ALTER TABLE ${name}_stats_rows DELETE WHERE ${aWindow} AND window_start = (SELECT min(window_start) FROM ${name}_stats_rows WHERE ${aWindow})`,
      { missing: 0, extra: 0, wrong: 1 },
      'expected',
    ],
    [
      'a window row too many',
      copied('window_start - 3600 AS window_start, window_end - 3600 AS window_end'),
      { missing: 0, extra: 0, wrong: 1 },
      'stored',
    ],
  ])('%s: exit 4', async (_, damage, expected, side) => {
    await change(damage);
    const found = await verified();
    await mend();
    expect(found).toMatchObject({ ok: false, missing: expected.missing, extra: expected.extra });
    expect(found.windows.wrong).toBeGreaterThanOrEqual(expected.wrong);
    expect(found.accuracy).toBeLessThan(100);
    const [difference] = found.differences;
    expect([difference!.expected === null, difference!.stored === null]).toEqual([
      side === 'stored',
      side === 'expected',
    ]);
  });

  it('a value within the tolerance of float sums is right', async () => {
    await change(copied('mean * (1 + 1e-12) AS mean, _version + 1 AS _version'));
    expect(await verified()).toMatchObject({ ok: true, windows: { wrong: 0 } });
    await mend();
  });

  it('tells it in text and by the exit code', async () => {
    await change(`ALTER TABLE ${name}_events DELETE WHERE ${one}`);
    expect(await loop.verify(4)).toMatchObject({ ok: false, missing: 1 });
    const text = await pipe(['verify', ...loop.select, '--home', loop.home]);
    expect([text.exitCode, text.stdout.split('\n').at(-1)]).toEqual([
      4,
      expect.stringMatching(/^✗ missing 1, extra 0/),
    ]);
    await mend();
    expect((await loop.verify()).ok).toBe(true);
  });
});

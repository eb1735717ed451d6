import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partitionOf } from '../../src/core/generate/partitioner.js';
import type { Alert } from '../../src/core/process/detect/kind.js';
import type { VerifyReport } from '../../src/core/verify/report.js';
import { eventually } from './eventually.js';
import { answer, clickhouseWriter, Loop, rowsOf } from './loop.js';
import { pipe } from './pipe.js';
import { topicRecords } from './topic-records.js';

let clickhouse: ClickHouseClient;
beforeAll(async () => {
  clickhouse = await clickhouseWriter();
});
afterAll(() => clickhouse.close());

const folder = mkdtempSync(join(tmpdir(), 'pipe-alerts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One detector on events and one on rows of a window; `topic` lets two pipelines read one topic. */
function watchedPipeline(
  name: string,
  { topic = `${name}.events`, idleTimeout = '30s', busy = 'events > 3' }: Record<string, string> = {},
): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `
pipeline: ${name}
version: 1
topic: { name: ${topic}, partitions: 2, key: sensor }
event:
  id: id
  time: at
  fields:
    id: string
    at: timestamp
    sensor: { type: string, generate: { cardinality: 20 } }
    value: { type: float, min: 0, max: 100 }
time: { out_of_orderness: 500, allowed_lateness: 2s, max_future_skew: 1m, idle_timeout: ${idleTimeout} }
deduplicate: { horizon: 1m }
windows:
  totals:
    tumbling: [1s]
    by: [sensor]
    aggregates: { events: count() }
detect:
  hot: { kind: threshold, condition: value > 95, value: value, severity: critical, cooldown: 0s }
  busy: { kind: threshold, window: totals, condition: '${busy}', value: events, cooldown: 0s }
`,
  );
  return file;
}

interface Reading {
  sensor: string;
  /** Milliseconds after noon. */
  at: number;
  value?: number;
}

const noon = Date.UTC(2026, 2, 1, 12);
let sent = 0;

async function send(loop: Loop, readings: readonly Reading[]): Promise<void> {
  const file = join(folder, `${sent}.ndjson`);
  const lines = readings.map(({ sensor, at, value = 1 }) =>
    JSON.stringify({ id: `r${sent++}`, at: noon + at, sensor, value }),
  );
  writeFileSync(file, `${lines.join('\n')}\n`);
  answer(await loop.run('ingest', file));
}

interface Found {
  id: string;
  evidence: string;
}

function alertsOf(name: string): Promise<Found[]> {
  return rowsOf(clickhouse, `SELECT id, evidence FROM ${name}_alerts ORDER BY id`);
}

/** Runs a statement and waits until it has changed what is stored. */
function change(query: string): Promise<unknown> {
  return clickhouse.command({ query, clickhouse_settings: { mutations_sync: '2' } });
}

const whole = { ok: true, missing: 0, extra: 0, windows: { wrong: 0 } };

describe('alerts', () => {
  const name = 'watched';
  const loop = new Loop(watchedPipeline(name));

  it('are those that the stored rows ask for, each once in view and topic, with its evidence', async () => {
    await send(
      loop,
      Array.from({ length: 2_000 }, (_, index) => ({
        sensor: `s${(index * 7) % 20}`,
        at: index * 10,
        value: (index * 37) % 101,
      })),
    );
    const report = await loop.catchUp();
    const reached = `SELECT _partition AS p, max(toUnixTimestamp64Milli(at)) - 500 AS w FROM ${name}_events GROUP BY p`;
    const expected = await rowsOf<Found>(
      clickhouse,
      `SELECT * FROM (
         SELECT concat('hot/', toString(_partition), '-', toString(_offset)) AS id, concat('{"value":', toString(value), '}') AS evidence
         FROM ${name}_events JOIN (${reached}) AS reached ON p = _partition WHERE value > 95 AND toUnixTimestamp64Milli(at) <= w
         UNION ALL
         SELECT concat('busy/', toString(toUnixTimestamp64Milli(window_end)), '/["', sensor, '"]') AS id, concat('{"value":', toString(events), '}')
         FROM ${name}_totals WHERE events > 3 AND toUnixTimestamp64Milli(window_end) <= (SELECT min(w) FROM (${reached})) - 2000 + 1
       ) ORDER BY id`,
    );
    expect(await alertsOf(name)).toEqual(expected);
    expect(new Set(expected.map(({ id }) => id.split('/')[0]))).toEqual(new Set(['hot', 'busy']));
    expect(report.alerts).toBe(expected.length);
    expect(report.newest_alerts[0]!.time).toBe(Math.max(...report.newest_alerts.map(({ time }) => time)));

    const records = await topicRecords(`${name}.alerts`);
    const told = records.map(({ partition, headers, value }) => ({
      partition,
      headers,
      alert: JSON.parse(value) as Alert,
    }));
    expect(told.map(({ alert }) => ({ id: alert.id, evidence: JSON.stringify(alert.evidence) })).sort(byId)).toEqual(
      expected,
    );
    for (const { partition, headers, alert } of told) {
      expect(headers).toEqual({ id: alert.id, detector: alert.detector });
      expect(partition).toBe(alert.detector === 'hot' ? partitionOf(String(alert.keys.sensor), 2) : 0);
    }
    const counts = { raised: expected.length, stored: expected.length, in_topic: expected.length };
    expect(await loop.verify()).toMatchObject({ ...whole, alerts: { ...counts, doubled: 0, missing: 0, extra: 0 } });
  });

  it('can be asked for by name, and are shown by process', async () => {
    const [newest] = (
      await pipe([
        'query',
        ...loop.select,
        '--home',
        loop.home,
        '--name',
        'alerts_latest',
        '--param',
        'detector=hot',
        '--format',
        'json',
      ])
    ).json<{ detector: string; severity: string }[]>();
    expect(newest).toMatchObject({ detector: 'hot', severity: 'critical' });
    await send(loop, [
      { sensor: 's1', at: 30_000, value: 99 },
      { sensor: 's1', at: 31_000 },
    ]);
    const { stdout } = await pipe(['process', ...loop.select, '--home', loop.home, '--until-caught-up']);
    expect(stdout).toContain('alerts');
    expect(stdout).toMatch(/12:00:30\s+hot\s+critical\s+sensor=s1\s+value=99/);
  });

  it.each<[what: string, damage: string, alerts: Record<string, number>]>([
    [
      'one that is gone',
      `ALTER TABLE ${name}_alerts_rows DELETE WHERE id = (SELECT min(id) FROM ${name}_alerts)`,
      { missing: 1, extra: 0, doubled: 0 },
    ],
    [
      'one that nobody raised',
      `INSERT INTO ${name}_alerts_rows SELECT * REPLACE ('hot/0-4711' AS id) FROM ${name}_alerts WHERE detector = 'hot' LIMIT 1`,
      { missing: 0, extra: 1, doubled: 0 },
    ],
    [
      'one that is shown twice',
      `INSERT INTO ${name}_alerts_rows SELECT * REPLACE (time - toIntervalMillisecond(1) AS time) FROM ${name}_alerts LIMIT 1`,
      { missing: 0, extra: 0, doubled: 1 },
    ],
    [
      'one whose evidence was changed',
      `ALTER TABLE ${name}_alerts_rows UPDATE evidence = '{"value":7}' WHERE id = (SELECT min(id) FROM ${name}_alerts)`,
      { missing: 0, extra: 0, doubled: 0, altered: 1 },
    ],
  ])('verify finds %s: exit 4', async (_, damage, alerts) => {
    await change(`CREATE OR REPLACE TABLE ${name}_kept ENGINE = Memory AS SELECT * FROM ${name}_alerts`);
    await change(damage);
    expect(await loop.verify(4)).toMatchObject({ ok: false, missing: 0, extra: 0, alerts });
    await change(`TRUNCATE TABLE ${name}_alerts_rows`);
    await change(`INSERT INTO ${name}_alerts_rows SETTINGS insert_deduplicate = 0 SELECT * FROM ${name}_kept`);
    expect(await loop.verify()).toMatchObject(whole);
  });
});

describe('kill -9 of the engine', () => {
  it('again and again under load: the alerts are those of an engine that was left alone', async () => {
    const loop = new Loop(watchedPipeline('struck'));
    await loop.generate('--count', '10', '--rate', 'max');
    await loop.catchUp();
    const distortions = ['--late', '0.05:1s..4s', '--repeat', '0.02', '--corrupt', '0.01'];
    const generating = loop.start('generate', '--rate', '500', '--count', '8000', '--seed', '5', ...distortions);
    await generating.begun;
    for (let kill = 0, rows = 0; kill < 4; kill++) {
      const engine = loop.start('process');
      await engine.begun;
      rows = await eventually('more alerts', async () => {
        const { length } = await alertsOf('struck');
        return length > rows + 20 && length;
      });
      await engine.end('SIGKILL');
    }
    answer(await generating.ended());
    await loop.catchUp();
    const found = await loop.verify();
    expect(found).toMatchObject({ ...whole, alerts: { doubled: 0, missing: 0, extra: 0 } });
    expect(found.alerts.raised).toBeGreaterThan(300);

    const alone = new Loop(watchedPipeline('left_alone', { topic: 'struck.events' }));
    await alone.catchUp();
    expect(await alertsOf('struck')).toEqual(await alertsOf('left_alone'));
  });

  it('that has freed windows while a partition idled: the next one frees the same, and what comes for them is late', async () => {
    const name = 'idling';
    const loop = new Loop(watchedPipeline(name, { idleTimeout: '1s', busy: 'events == 1' }));
    const [one, other] = [0, 1].map((partition) => {
      const names = Array.from({ length: 100 }, (_, index) => `s${index}`);
      return names.find((sensor) => partitionOf(sensor, 2) === partition)!;
    }) as [string, string];
    await send(loop, [
      { sensor: one, at: 0 },
      { sensor: other, at: 0 },
    ]);
    await loop.catchUp();
    const engine = loop.start('process');
    await engine.begun;
    await send(loop, [{ sensor: one, at: 20_000 }]);
    await eventually('alerts on the first window', async () => (await alertsOf(name)).length === 2);
    await engine.end('SIGKILL');
    // By its own partition it is not late: with it the window would have two events and no alert.
    await send(loop, [
      { sensor: other, at: 300 },
      { sensor: other, at: 20_000 },
    ]);
    const { late } = await loop.catchUp();
    expect(late).toBe(1);
    expect(await loop.verify()).toMatchObject({ ...whole, alerts: { raised: 2, stored: 2, missing: 0, extra: 0 } });
  });
});

describe('verify --detectors', () => {
  const shop = join(folder, 'shop.yaml');
  const shipped = readFileSync(join(import.meta.dirname, '../../configs/pipelines/ecommerce.yaml'), 'utf8');
  // Its generator stays with its name.
  writeFileSync(
    shop,
    `${shipped.replace(/^detect:\n(?:[ #\n].*\n|\n)*/m, '')}
detect:
  looks_only: { kind: velocity, by: [user_id, session_id], where: event_type == "product_view", at_least: 30, within: 5m, finds: [scraper] }
  looks_again: { kind: velocity, by: [user_id, session_id], at_least: 2, within: 5m, finds: [scraper] }
  buys: { kind: threshold, by: [user_id], condition: event_type == "purchase" }
`,
  );
  const loop = new Loop(shop);

  it('says how many anomalies of the generator are found, and how many alerts are about one', async () => {
    await loop.generate('--count', '60000', '--rate', 'max', '--seed', '11', '--start', '2026-03-01T12:00:00Z');
    // Moves the watermark beyond all of it.
    await loop.generate('--count', '100', '--rate', 'max', '--seed', '12', '--start', '2026-03-01T12:10:00Z');
    await loop.catchUp();
    const { detectors, ok } = answer<VerifyReport>(await loop.run('verify', '--detectors'));
    const [looksOnly, looksAgain, buys] = detectors!;
    expect(ok).toBe(true);
    for (const { alerts, true_alerts, false_alerts, incidents, found, precision, recall } of [
      looksOnly!,
      looksAgain!,
    ]) {
      expect(alerts).toBe(true_alerts! + false_alerts!);
      expect([precision, recall]).toEqual([true_alerts! / alerts, found / incidents]);
    }
    // Who looks at so many products within so short a run is a scraper; not all of them have come so far.
    expect(looksOnly).toMatchObject({ detector: 'looks_only', kind: 'velocity', finds: ['scraper'], precision: 1 });
    expect(looksOnly!.found).toBeGreaterThan(0);
    expect(looksOnly!.incidents).toBeGreaterThan(looksOnly!.found);
    expect(looksOnly!.delay_ms).toBeGreaterThan(0);
    // One that cries at everybody finds all, and hardly an alert of it is true.
    expect(looksAgain).toMatchObject({ incidents: looksOnly!.incidents, recall: 1 });
    expect(looksAgain!.precision).toBeLessThan(0.5);
    expect(buys).toMatchObject({ finds: [], true_alerts: null, precision: null, incidents: 0, recall: null });
  });

  it('tells it as a table, and not with --quick', async () => {
    const text = await pipe(['verify', ...loop.select, '--home', loop.home, '--detectors']);
    expect([text.exitCode, text.stdout]).toEqual([0, expect.stringMatching(/looks_only\s+scraper(\s+[\d,.]+){8}\n/)]);
    expect((await loop.run('verify', '--detectors', '--quick')).exitCode).toBe(2);
  });
});

function byId(a: Found, b: Found): number {
  return a.id < b.id ? -1 : 1;
}

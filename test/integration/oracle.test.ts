import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { GenerateSummary } from '../../src/core/run/generate/summary.js';
import type { VerifyReport } from '../../src/core/verify/report.js';
import { eventually } from './eventually.js';
import { answer, clickhouseWriter, Loop, rowsOf } from './loop.js';
import { pipe } from './pipe.js';

const folder = mkdtempSync(join(tmpdir(), 'pipe-oracle-'));
let clickhouse: ClickHouseClient;
beforeAll(async () => {
  clickhouse = await clickhouseWriter();
});
afterAll(async () => {
  await clickhouse.close();
  rmSync(folder, { recursive: true });
});

const distortions = ['--late', '0.2:1s..120s', '--repeat', '0.05', '--corrupt', '0.01', '--discard', '0.01'];
const clean = { missing: 0, extra: 0, altered: 0, letters: { missing: 0, extra: 0 }, miscounted: 0, unchecked: 0 };
const injected = ['late', 'repeated', 'corrupted'] as const;

/** A pipeline that looks gates up in a table; `more` goes behind its windows. */
function gates(name: string, { fee = 2, more = '', third = '' } = {}): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `
pipeline: ${name}
version: 1
topic: { partitions: 2, key: lorry }
event:
  id: id
  time: at
  fields:
    id: string
    at: timestamp
    lorry: { type: string, generate: { cardinality: 30 } }
    gate: { type: string, generate: { from: gates.gate } }
    toll: { type: decimal, scale: 2, min: 0, max: 80 }
    speed: { type: float, optional: true, min: 0, max: 100, generate: { absent: 0.1 } }
    note: { type: string, generate: { cardinality: 3 } }
time: { out_of_orderness: 1s, allowed_lateness: 20s, idle_timeout: 1s }
metadata:
  tables:
    gates:
      columns: { gate: text, road: text, fee: { type: decimal, scale: 3 } }
      key: gate
      rows: [{ gate: g1, road: A7, fee: 0.125 }, { gate: g2, road: A9, fee: ${fee} }${third}]
enrich:
  - { table: gates, on: { field: gate, column: gate }, take: { road: road, fee: { column: fee, type: decimal, scale: 3 } } }
windows:
  traffic:
    tumbling: [1s, 1m]
    by: [road]
    aggregates:
      passages: count()
      earned: sum(toll + fee)
      lorries: count_distinct(lorry)
      fast: { value: count(), where: speed > 50 }
      median: quantile(speed, 0.5)
      last_gate: last(gate)
  moving:
    hopping: [{ size: 10s, advance: 5s }]
    aggregates: { passages: count(), mean: avg(speed) }
  trips:
    session: { gap: 500ms, max_duration: 10s }
    by: [lorry]
    aggregates: { passages: count(), earned: sum(toll) }
${more}`,
  );
  return file;
}

function change(query: string): Promise<unknown> {
  return clickhouse.command({ query, clickhouse_settings: { mutations_sync: '2' } });
}

/** Each injected event has one verdict, and what each kind must become. */
function expectAccounted({ injected: found }: VerifyReport, sent: GenerateSummary['injected']): void {
  const { late, repeated, discarded, corrupted, verdicts, in_flight, unaccounted } = found!;
  expect({ late, repeated, discarded, corrupted, in_flight, unaccounted }).toEqual({
    ...sent,
    in_flight: 0,
    unaccounted: 0,
  });
  for (const kind of injected)
    expect(Object.values(verdicts[kind]).reduce((sum, count) => sum + count, 0)).toBe(sent[kind]);
  expect(verdicts.corrupted.dead_letters).toBe(sent.corrupted);
  expect(verdicts.repeated.aggregated + verdicts.repeated.dead_letters).toBe(0);
  expect(verdicts.late.dead_letters + verdicts.late.duplicates).toBe(0);
}

describe('a run in the ledger', () => {
  const name = 'tolls_ledger';
  const loop = new Loop(gates(name));
  let sent: GenerateSummary;

  beforeAll(async () => {
    const started = ['--start', '2026-03-01T12:00:00Z', '--seed', '5'];
    sent = await loop.generate('--count', '20000', '--rate', 'max', ...started, ...distortions);
    await loop.catchUp();
    for (const table of ['events', 'traffic_rows'])
      await change(
        `CREATE TABLE ${name}_${table}_kept ENGINE = MergeTree ORDER BY tuple() AS SELECT * FROM ${name}_${table}`,
      );
  });

  async function mend(): Promise<void> {
    for (const table of ['events', 'traffic_rows']) {
      await change(`TRUNCATE TABLE ${name}_${table}`);
      await change(`INSERT INTO ${name}_${table} SETTINGS insert_deduplicate = 0 SELECT * FROM ${name}_${table}_kept`);
    }
  }

  it('is judged from its seed alone, and every injected event is accounted for, by kind', async () => {
    const found = await loop.verify();
    expect(found).toMatchObject({ ok: true, missing: 0, extra: 0, accuracy: 100, windows: { wrong: 0, unchecked: 0 } });
    expect(found.oracle).toMatchObject({
      ...clean,
      source: 'ledger',
      records: sent.acked,
      from_topic: 0,
      enriched_otherwise: 0,
    });
    const { verdicts, windows, expected_windows: expected } = found.oracle!;
    expect([verdicts.aggregated, verdicts.late, verdicts.duplicates, verdicts.dead_letters]).toEqual([
      found.stored,
      found.late,
      found.duplicates,
      found.dead_letters,
    ]);
    expect([windows.checked, found.recomputed.checked]).toEqual([expected, expected]);
    expect(verdicts.late).toBeGreaterThan(0);
    expectAccounted(found, sent.injected);
    const text = await pipe(['verify', ...loop.select, '--home', loop.home]);
    expect(text.stdout).toMatch(/oracle, by seed and ledger: [\d,]+ records: all as expected/);
    expect(text.stdout).toMatch(/corrupted \d+: dead letters \d+/);
    expect(text.stdout).toMatch(/discarded \d+: never sent/);
  });

  it('--quick leaves the oracle out', async () => {
    const quick = answer<VerifyReport>(await loop.run('verify', '--quick'));
    expect([quick.ok, quick.oracle, quick.injected]).toEqual([true, undefined, undefined]);
  });

  const some = (limit: number) =>
    `(_partition, _offset) IN (SELECT _partition, _offset FROM ${name}_events ORDER BY _partition, _offset LIMIT ${limit})`;

  it.each<[what: string, damage: string, found: Partial<typeof clean>, quick: number]>([
    ['rows that are gone', `ALTER TABLE ${name}_events DELETE WHERE ${some(7)}`, { missing: 7 }, 4],
    ['rows stored twice', `INSERT INTO ${name}_events SELECT * FROM ${name}_events WHERE ${some(3)}`, { extra: 3 }, 4],
    // What only the seed knows: a column that no window reads.
    [
      'a value that no window reads',
      `ALTER TABLE ${name}_events UPDATE note = 'other' WHERE ${some(2)}`,
      { altered: 2 },
      0,
    ],
    [
      'a row whose offset is that of a dead letter or repeat',
      `ALTER TABLE ${name}_events UPDATE _offset = (SELECT min(number) FROM numbers(500) WHERE number NOT IN (SELECT _offset FROM ${name}_events WHERE _partition = 0)) WHERE _partition = 0 AND _offset = (SELECT max(_offset) FROM ${name}_events WHERE _partition = 0)`,
      { missing: 1, extra: 1 },
      0,
    ],
    [
      'rows beyond what the engine has read',
      `INSERT INTO ${name}_events SELECT * REPLACE (_offset + 1000000 AS _offset) FROM (SELECT * FROM ${name}_events WHERE ${some(4)})`,
      { extra: 4 },
      4,
    ],
  ])('%s: exit 4, with a sample', async (_, damage, found, quick) => {
    await change(damage);
    const judged = await loop.verify(4);
    const fast = await loop.run('verify', '--quick');
    await mend();
    expect(judged.oracle).toMatchObject({ ...clean, ...found });
    expect([judged.missing, judged.extra]).toEqual([found.missing ?? 0, found.extra ?? 0]);
    expect(judged.oracle!.windows.wrong).toBe(0);
    expect(judged.oracle!.differences.length).toBeGreaterThan(0);
    for (const each of judged.oracle!.differences)
      expect(each).toMatchObject({ partition: expect.any(Number), offset: expect.any(Number) });
    expect(fast.exitCode).toBe(quick);
  });

  it('an event counted nowhere, in rows and windows alike, is missed by the oracle alone', async () => {
    // As an engine would that drops a record: its row and its part of every window are gone, and the two agree.
    const road = "'A9'";
    await change(`ALTER TABLE ${name}_events DELETE WHERE road = ${road}`);
    await change(`ALTER TABLE ${name}_traffic_rows DELETE WHERE road = ${road}`);
    const judged = await loop.verify(4);
    const [gone] = await rowsOf<{ rows: number; windows: number }>(
      clickhouse,
      `SELECT (SELECT count() FROM ${name}_events_kept WHERE road = ${road}) AS rows,
              (SELECT count() FROM (SELECT DISTINCT window_size, window_start FROM ${name}_traffic_rows_kept WHERE road = ${road})) AS windows`,
    );
    await mend();
    expect(judged.oracle).toMatchObject({ ...clean, missing: gone!.rows });
    expect(judged.oracle!.windows.wrong).toBe(gone!.windows);
    expect(judged.differences[0]).toMatchObject({ window: 'traffic', keys: ['A9'], stored: null });
    expect((await loop.verify()).ok).toBe(true);
  });

  it('metadata that changed since: joined as stored, and read from the topic where the seed would draw others', async () => {
    const later = new Loop(gates(name, { fee: 3 }));
    answer(await pipe(['seed', ...later.select, '--home', loop.home, '--json']));
    const found = await later.verify();
    expect(found.oracle).toMatchObject({ ...clean, source: 'ledger', records: sent.acked });
    expect(found.oracle!.enriched_otherwise).toBeGreaterThan(0);
    expectAccounted(found, sent.injected);
    const more = new Loop(gates(name, { fee: 3, third: ', { gate: g3, road: A9, fee: 1 }' }));
    answer(await pipe(['seed', ...more.select, '--home', loop.home, '--json']));
    const reread = await more.verify();
    expect(reread.oracle).toMatchObject({ ...clean, source: 'topic', records: sent.acked });
    expect(reread.notes.join()).toContain('the metadata has changed since');
    expectAccounted(reread, sent.injected);
  });
});

describe('where the ledger does not tell it all', () => {
  it('two runs at once: read from the topic, injected events told apart all the same', async () => {
    const loop = new Loop(gates('tolls_both'));
    await loop.generate('--count', '10', '--rate', 'max');
    const runs = await Promise.all(
      ['1', '2'].map((seed) =>
        loop.generate('--rate', '400', '--duration', '4s', '--seed', seed, '--run', `r${seed}`, ...distortions),
      ),
    );
    await loop.catchUp();
    const found = await loop.verify();
    expect(found).toMatchObject({ ok: true, oracle: { ...clean, source: 'both' } });
    expect(found.oracle!.from_topic).toBeGreaterThan(0);
    const [a, b] = runs.map((each) => each.injected);
    expectAccounted(found, {
      late: a!.late + b!.late,
      repeated: a!.repeated + b!.repeated,
      discarded: a!.discarded + b!.discarded,
      corrupted: a!.corrupted + b!.corrupted,
    });
  });

  it('a run that was killed and resumed, with an engine beside it: still from its seed', async () => {
    const loop = new Loop(gates('tolls_resumed'));
    await loop.generate('--count', '10', '--rate', 'max');
    const engine = loop.start('process');
    const generating = loop.start('generate', '--rate', '500', '--count', '3000', '--seed', '9', ...distortions);
    await engine.begun;
    await generating.begun;
    await eventually('rows of the run', async () => {
      const [row] = await rowsOf<{ rows: number }>(clickhouse, 'SELECT count() AS rows FROM tolls_resumed_events');
      return row!.rows > 300;
    });
    await generating.end('SIGKILL');
    const partly = await loop.verify();
    expect(partly.oracle).toMatchObject({ ...clean, from_topic: 0 });
    const resumed = await loop.generate('--resume');
    expect(resumed).toMatchObject({ complete: true });
    await engine.end('SIGTERM');
    // Not at the end of the input: windows that are still open, sessions among them, are unchecked.
    const stopped = await loop.verify();
    expect(stopped).toMatchObject({ ok: true, oracle: { ...clean, windows: { wrong: 0 } } });
    expect(stopped.oracle!.windows.checked).toBeGreaterThan(0);
    await loop.catchUp();
    const found = await loop.verify();
    expect(found).toMatchObject({ ok: true, in_flight: 0, oracle: { ...clean, source: 'ledger' } });
    expectAccounted(found, resumed.injected);
  });

  it('ingested files: from the topic', async () => {
    const loop = new Loop(gates('tolls_file'));
    const at = Date.UTC(2026, 2, 1, 12);
    const line = (index: number, id = index) =>
      JSON.stringify({
        id: `e${id}`,
        at: at + index * 200,
        lorry: `l${index % 5}`,
        gate: ['g1', 'g2', 'g3'][index % 3],
        toll: index % 80,
        note: 'n',
      });
    // The last ones: a repeat, and one that comes after its windows are gone.
    const lines = [...Array.from({ length: 600 }, (_, index) => line(index)), line(600, 590), line(0, 700)];
    const file = join(folder, 'tolls.ndjson');
    writeFileSync(file, `${lines.join('\n')}\n`);
    answer(await pipe(['seed', ...loop.select, '--home', inject('home'), '--json']));
    answer(await pipe(['ingest', file, ...loop.select, '--home', inject('home'), '--json']));
    await loop.catchUp();
    const found = await loop.verify();
    expect(found).toMatchObject({ ok: true, oracle: { ...clean, source: 'topic', records: 602, from_topic: 602 } });
    expect(found.oracle!.verdicts.duplicates + found.oracle!.verdicts.late).toBeGreaterThan(0);
    expect(found.injected).toMatchObject({ late: 0, repeated: 0, discarded: 0, corrupted: 0, unaccounted: 0 });
    await change(`ALTER TABLE tolls_file_events DELETE WHERE lorry = 'l3'`);
    const damaged = await loop.verify(4);
    expect(damaged).toMatchObject({ missing: 120, oracle: { ...clean, missing: 120 } });
  });

  it('rows that have expired are unchecked, windows are not', async () => {
    const name = 'tolls_expired';
    const loop = new Loop(gates(name, { more: 'store: { raw: { ttl: 1d } }' }));
    const start = new Date(Date.now() - 3 * 86_400_000).toISOString();
    await loop.generate('--count', '500', '--rate', 'max', '--start', start);
    await loop.catchUp();
    await change(`OPTIMIZE TABLE ${name}_events FINAL`);
    const [left] = await rowsOf<{ rows: number }>(clickhouse, `SELECT count() AS rows FROM ${name}_events`);
    const found = await loop.verify();
    expect(found).toMatchObject({ ok: true, missing: 0 });
    expect(found.oracle!.unchecked).toBe(500 - left!.rows);
    expect(found.oracle!.unchecked).toBeGreaterThan(0);
    expect(found.oracle!.windows).toMatchObject({ wrong: 0, unchecked: 0 });
    expect(found.oracle!.windows.checked).toBeGreaterThan(0);
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerateSummary } from '../../src/core/run/generate/summary.js';
import { readJournal } from '../../src/core/run/process/journal.js';
import { eventually } from './eventually.js';
import { answer, clickhouseWriter, Loop, rowsOf } from './loop.js';
import { ownPipeline } from './own-pipeline.js';
import { pipe } from './pipe.js';

const whole = { ok: true, missing: 0, extra: 0, in_flight: 0, windows: { wrong: 0, unchecked: 0 }, accuracy: 100 };
const distortions = ['--late', '0.03:1s..90s', '--repeat', '0.02', '--discard', '0.01', '--corrupt', '0.005'];

let clickhouse: ClickHouseClient;
beforeAll(async () => {
  clickhouse = await clickhouseWriter();
});
afterAll(() => clickhouse.close());

async function stored(table: string): Promise<number> {
  const query = `SELECT sum(total_rows) AS rows FROM system.tables WHERE name = '${table}'`;
  const [row] = await rowsOf<{ rows: number | null }>(clickhouse, query);
  return Number(row?.rows ?? 0);
}

/** More rows than now: the engine is in the middle of its work. */
async function moreThan(table: string, rows: number): Promise<number> {
  return eventually(`more than ${rows} rows in ${table}`, async () => {
    const now = await stored(table);
    return now > rows && now;
  });
}

describe('kill -9 of the engine under load', () => {
  it('at random moments, again and again, also in the middle of recovery: nothing missing, extra or wrong', async () => {
    const loop = new Loop('finance');
    const moments = fc.sample(fc.integer({ min: 0, max: 1_000 }), { numRuns: 4, seed: 17 });
    await loop.generate('--count', '10', '--rate', 'max');
    await loop.catchUp();
    const generating = loop.start('generate', '--rate', '1500', '--count', '21000', '--seed', '23', ...distortions);
    await generating.begun;
    let rows = await stored('finance_events');
    for (let kill = 0; kill < 4; kill++) {
      const engine = loop.start('process');
      await engine.begun;
      // Every other one is killed while it judges again what the one before had announced.
      if (kill % 2 === 0) rows = await moreThan('finance_events', rows + moments[kill]!);
      await engine.end('SIGKILL');
    }
    expect(readJournal(loop.engineFolder('finance'), () => undefined).outstanding.length).toBeGreaterThan(0);
    const sent = answer<GenerateSummary>(await generating.ended());
    await loop.catchUp();
    const found = await loop.verify();
    expect(found).toMatchObject({ ...whole, produced: sent.acked + 10 });
    expect(found.dead_letters).toBe(sent.injected.corrupted);
    expect(found.late + found.duplicates + found.dead_letters + found.stored).toBe(found.produced);
  });

  it('told to stop in the middle of recovery, it leaves everything to the next start', async () => {
    const name = 'halfway';
    const loop = new Loop(ownPipeline(name));
    await loop.generate('--count', '500', '--rate', 'max');
    await loop.catchUp();
    const engine = loop.start('process');
    await engine.begun;
    const generating = loop.start('generate', '--rate', '2000', '--count', '6000');
    for (let rows = 500, blocks = 0; blocks < 4; blocks++) rows = await moreThan(`${name}_events`, rows);
    await engine.end('SIGKILL');
    answer(await generating.ended());
    const before = readJournal(loop.engineFolder(name), () => undefined);
    expect(before.outstanding.length).toBeGreaterThan(1);
    const stopped = loop.start('process');
    await stopped.begun;
    const ran = await stopped.end('SIGTERM');
    expect(ran.exitCode).toBe(143);
    // Either it was in the middle of it, and nothing has changed, or it was through.
    const after = readJournal(loop.engineFolder(name), () => undefined).outstanding.length;
    expect([0, before.outstanding.length]).toContain(after);
    await loop.catchUp();
    expect(await loop.verify()).toMatchObject({ ...whole, produced: 6500, stored: 6500 });
  });
});

describe('metadata that change while the engine is down', () => {
  it('hold from the next record on: what was announced before is judged again as it was', async () => {
    const name = 'repriced';
    const file = ownPipeline(name);
    const text = readFileSync(file, 'utf8');
    const withRooms = (room: string) =>
      text
        .replace(
          'windows:',
          `enrich:
  - table: kinds
    on: { field: kind, column: kind }
    take: { room: room }
metadata:
  tables:
    kinds: { columns: { kind: text, room: text }, key: kind, rows: [{ kind: a, room: ${room} }, { kind: b, room: cellar }] }
windows:`,
        )
        .replace('by: [kind]', 'by: [kind, room]');
    writeFileSync(file, withRooms('attic'));
    const loop = new Loop(file);
    await loop.generate('--count', '300', '--rate', 'max');
    const engine = loop.start('process');
    await engine.begun;
    await moreThan(`${name}_events`, 299);
    await engine.end('SIGKILL');
    expect(readJournal(loop.engineFolder(name), () => undefined).outstanding.length).toBeGreaterThan(0);
    writeFileSync(file, withRooms('garden'));
    answer(await loop.run('seed'));
    await loop.generate('--count', '300', '--rate', 'max');
    await loop.catchUp();
    expect(await loop.verify()).toMatchObject({ ...whole, stored: 600 });
    const rooms = await rowsOf<{ room: string | null; earlier: number }>(
      clickhouse,
      `SELECT room, count() AS rows, countIf(_record_time <= (SELECT max(_record_time) FROM ${name}_events WHERE room = 'attic')) AS earlier
       FROM ${name}_events WHERE kind = 'a' GROUP BY room`,
    );
    expect(new Set(rooms.map(({ room }) => room))).toEqual(new Set(['attic', 'garden']));
  });

  it('a pipeline file that judges otherwise is refused until recovery is done', async () => {
    const name = 'rewritten';
    const file = ownPipeline(name);
    const text = readFileSync(file, 'utf8');
    const loop = new Loop(file);
    await loop.generate('--count', '300', '--rate', 'max');
    const engine = loop.start('process');
    await engine.begun;
    await moreThan(`${name}_events`, 299);
    await engine.end('SIGKILL');
    writeFileSync(file, text.replace('max: 100', 'max: 50'));
    const { error } = answer<{ error: { code: string } }>(await loop.run('process', '--until-caught-up'), 2);
    expect(error.code).toBe('PIPELINE_CHANGED');
    writeFileSync(file, text);
    await loop.catchUp();
    writeFileSync(file, text.replace('max: 100', 'max: 50'));
    await loop.catchUp();
    // The oracle judges all records by the file of now; what was judged before the change is held against the stored rows alone.
    expect(answer(await loop.run('verify', '--quick'))).toMatchObject({ ...whole, stored: 300 });
  });
});

describe('kill -9 of ClickHouse', () => {
  it('makes the engine wait and go on when it is back: nothing missing, extra or wrong', async () => {
    const name = 'outage';
    const loop = new Loop(ownPipeline(name));
    const engine = loop.start('process');
    await engine.begun;
    const generating = loop.start('generate', '--rate', '2000', '--count', '10000');
    await moreThan(`${name}_events`, 1_000);
    await killService(loop.home, 'clickhouse');
    await eventually('the engine waits', () => /ClickHouse: .*attempt \d+ follows/.test(engine.said));
    expect((await pipe(['up', '--home', loop.home])).exitCode).toBe(0);
    const sent = answer<GenerateSummary>(await generating.ended());
    await eventually('all rows are stored', async () => (await stored(`${name}_events`)) >= sent.acked);
    expect(await loop.verify()).toMatchObject({ ok: true, missing: 0, extra: 0 });
    expect((await engine.end('SIGTERM')).exitCode).toBe(143);
    await loop.catchUp();
    expect(await loop.verify()).toMatchObject({ ...whole, produced: 10_000, stored: 10_000, late: 0 });
  });

  it('with the engine told to stop meanwhile: it ends, and the next start stores the rest', async () => {
    const name = 'outage_stop';
    const loop = new Loop(ownPipeline(name));
    await loop.generate('--count', '500', '--rate', 'max');
    await loop.catchUp();
    const engine = loop.start('process');
    await engine.begun;
    await killService(loop.home, 'clickhouse');
    await loop.generate('--count', '500', '--rate', 'max', ...distortions);
    await eventually('the engine waits', () => /ClickHouse: .*attempt \d+ follows/.test(engine.said));
    const ran = await engine.end('SIGINT');
    expect(answer<{ engine: string }>(ran, 130).engine).toBe('builtin');
    expect((await pipe(['up', '--home', loop.home])).exitCode).toBe(0);
    await loop.catchUp();
    expect(await loop.verify()).toMatchObject(whole);
  });
});

describe('kill -9 of the generator', () => {
  it('and --resume: each event once, the distortions all accounted for', async () => {
    const name = 'resumed';
    const loop = new Loop(ownPipeline(name));
    const engine = loop.start('process');
    await engine.begun;
    const distorted = ['--late', '0.05:6s..20s', '--repeat', '0.03', '--discard', '0.02', '--corrupt', '0.02'];
    const killed = loop.start('generate', '--rate', '2000', '--count', '8000', '--seed', '3', ...distorted);
    await moreThan(`${name}_events`, 1_000);
    await killed.end('SIGKILL');
    const sent = answer<GenerateSummary>(await loop.run('generate', '--resume'));
    expect(sent.complete).toBe(true);
    expect((await engine.end('SIGTERM')).exitCode).toBe(143);
    await loop.catchUp();
    const found = await loop.verify();
    expect(found).toMatchObject({ ...whole, dead_letters: sent.injected.corrupted });
    expect(found.produced).toBe(8000 - sent.injected.discarded + sent.injected.repeated);
  });
});

/** Ends the service's own process, as `pipe status` names it. */
async function killService(home: string, name: string): Promise<void> {
  const { pid } = JSON.parse(readFileSync(join(home, 'run', `${name}.json`), 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BasisStore } from '../../src/core/run/process/basis.js';
import { readJournal } from '../../src/core/run/process/journal.js';
import { eventually } from './eventually.js';
import { answer, clickhouseWriter, Loop, type Running, rowsOf } from './loop.js';
import { inDatabase, MetadataDatabases } from './metadata-databases.js';
import { ownPipeline } from './own-pipeline.js';
import { pipe } from './pipe.js';

const whole = { ok: true, missing: 0, extra: 0, in_flight: 0, windows: { wrong: 0, unchecked: 0 }, accuracy: 100 };
const promisedMs = 2_000;

let clickhouse: ClickHouseClient;
let url: string;
const databases = new MetadataDatabases();
beforeAll(async () => {
  clickhouse = await clickhouseWriter();
  url = await databases.serverUrl();
});
afterAll(async () => {
  await clickhouse.close();
  await databases.drop();
});

/** Events of kinds a, b and c that are joined with the room of their kind; c has none at first. */
class Rooms {
  readonly name: string;
  readonly loop: Loop;

  constructor(name: string) {
    this.name = name;
    const file = ownPipeline(name);
    const enrich = `enrich:
  - table: kinds
    on: { field: kind, column: kind }
    take: { room: room }
metadata:
  tables:
    kinds: { columns: { kind: text, room: text }, key: kind, rows: [{ kind: a, room: attic }, { kind: b, room: cellar }] }
windows:`;
    const text = readFileSync(file, 'utf8').replace('windows:', enrich).replace('by: [kind]', 'by: [kind, room]');
    writeFileSync(file, text);
    this.loop = new Loop(file);
  }

  sql(text: string): Promise<unknown> {
    return inDatabase(url, (client) => client.query(text.replaceAll('kinds', `${this.name}.kinds`)));
  }

  /** Resolves with how long it took until events of the kind are stored with that room; null is none. */
  async seen(kind: string, room: string | null, withinMs = promisedMs): Promise<number> {
    const begun = performance.now();
    const is = room === null ? 'IS NULL' : `= '${room}'`;
    const newest = `SELECT room ${is} AS there FROM ${this.name}_events WHERE kind = '${kind}' ORDER BY _partition, _offset DESC LIMIT 1 BY _partition`;
    const all = async () => {
      const rows = await rowsOf<{ there: number | boolean }>(clickhouse, newest);
      return rows.length > 0 && rows.some(({ there }) => Boolean(there));
    };
    await eventually(`an event of kind ${kind} in room ${room}`, all, withinMs);
    return performance.now() - begun;
  }

  async engine(): Promise<Running> {
    const engine = this.loop.start('process');
    await eventually('the engine follows', () => engine.said.includes('changes are followed by logical replication'));
    return engine;
  }
}

it('a row changed in PostgreSQL shows in enriched events within 2 s; so do inserts, deletes, new keys and truncation', async () => {
  const rooms = new Rooms('followed');
  answer(await rooms.loop.run('seed'));
  const engine = await rooms.engine();
  const generating = rooms.loop.start('generate', '--rate', '300', '--duration', '60s');
  await rooms.seen('a', 'attic', 30_000);
  const took: Record<string, number> = {};
  const change = async (what: string, text: string, kind: string, room: string | null) => {
    await rooms.sql(text);
    took[what] = Math.round(await rooms.seen(kind, room));
  };
  for (let time = 1; time <= 5; time++)
    await change(`update ${time}`, `UPDATE kinds SET room = 'room ${time}' WHERE kind = 'a'`, 'a', `room ${time}`);
  await change('insert', `INSERT INTO kinds VALUES ('c', 'shed')`, 'c', 'shed');
  await change('delete', `DELETE FROM kinds WHERE kind = 'b'`, 'b', null);
  await change('key', `UPDATE kinds SET kind = 'b' WHERE kind = 'c'`, 'b', 'shed');
  await change('truncate', 'TRUNCATE kinds', 'a', null);
  process.stdout.write(`ms from the commit in PostgreSQL to the row in ClickHouse: ${JSON.stringify(took)}\n`);
  await generating.end('SIGINT');
  await engine.end('SIGTERM');
  await rooms.loop.catchUp();
  expect(await rooms.loop.verify()).toMatchObject(whole);
});

describe('kill -9 between changes', () => {
  it('each event has the row that the log of changes names for its offset, as without a crash; windows equal the raw rows', async () => {
    const rooms = new Rooms('rerun');
    answer(await rooms.loop.run('seed'));
    await rooms.loop.generate('--count', '100', '--rate', 'max');
    const generating = rooms.loop.start('generate', '--rate', '1000', '--duration', '60s', '--late', '0.03:1s..9s');
    for (let time = 0; time < 4; time++) {
      const engine = await rooms.engine();
      for (const part of ['x', 'y', 'z']) {
        await rooms.sql(`UPDATE kinds SET room = '${time}${part}' WHERE kind = 'a'`);
        await rooms.seen('a', `${time}${part}`, 30_000);
      }
      await engine.end('SIGKILL');
      expect(readJournal(rooms.loop.engineFolder('rerun'), () => undefined).outstanding.length).toBeGreaterThan(0);
      // Nobody saw this one: what is judged again must not have it.
      await rooms.sql(`UPDATE kinds SET room = 'unseen' WHERE kind = 'a'`);
      await rooms.sql(`UPDATE kinds SET room = '${time}!' WHERE kind = 'a'`);
    }
    await generating.end('SIGINT');
    await rooms.loop.catchUp();
    expect(await rooms.loop.verify()).toMatchObject(whole);

    const folder = rooms.loop.engineFolder('rerun');
    const bases = new BasisStore(folder);
    const basis = bases.at(Number.POSITIVE_INFINITY)!;
    const logged = bases.changesOf(bases.numberAt(Number.POSITIVE_INFINITY)!);
    expect(logged.length).toBeGreaterThanOrEqual(12);
    const roomOf = (partition: number, offset: number) => {
      const last = logged.findLast(({ from, changes }) => changes[0]!.has('a') && offset >= from[partition]!);
      return (last ? last.changes[0]!.get('a')! : basis.enrichment[0]!.find(({ key }) => key === 'a')!.values)[0];
    };
    const stored = await rowsOf<{ partition: number; offset: number; room: string }>(
      clickhouse,
      `SELECT _partition AS partition, _offset AS offset, room FROM rerun_events WHERE kind = 'a' ORDER BY ALL`,
    );
    const wrong = stored.filter(({ partition, offset, room }) => roomOf(partition, offset) !== room);
    expect(wrong).toEqual([]);
    expect(new Set(stored.map(({ room }) => room)).size).toBeGreaterThanOrEqual(13);
    expect(stored.some(({ room }) => room === 'unseen')).toBe(false);
  });
});

describe('kill -9 of PostgreSQL', () => {
  it('the engine goes on with the rows that it has, and follows again', async () => {
    const rooms = new Rooms('orphaned');
    answer(await rooms.loop.run('seed'));
    const engine = await rooms.engine();
    const generating = rooms.loop.start('generate', '--rate', '300', '--duration', '60s');
    await rooms.seen('a', 'attic', 30_000);
    const { pid } = JSON.parse(readFileSync(join(rooms.loop.home, 'run', 'postgres.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    await eventually('it says so', () => engine.said.includes('events are joined with the rows known so far'));
    const [before] = await rowsOf<{ rows: number }>(clickhouse, 'SELECT count() AS rows FROM orphaned_events');
    await eventually('events go on', async () => {
      const [now] = await rowsOf<{ rows: number }>(
        clickhouse,
        `SELECT countIf(room = 'attic') AS rows FROM orphaned_events WHERE kind = 'a'`,
      );
      return now!.rows > before!.rows;
    });
    expect((await pipe(['up', '--home', rooms.loop.home])).exitCode).toBe(0);
    await rooms.sql(`UPDATE kinds SET room = 'loft' WHERE kind = 'a'`);
    await rooms.seen('a', 'loft', 20_000);
    await generating.end('SIGINT');
    await engine.end('SIGTERM');
    await rooms.loop.catchUp();
    expect(await rooms.loop.verify()).toMatchObject(whole);
  });
});

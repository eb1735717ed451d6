import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeSet } from '../../src/core/metadata/changes/change-set.js';
import { ChangeFollower } from '../../src/core/metadata/changes/follow.js';
import { type EnrichmentRows, readEnrichment } from '../../src/core/metadata/enrichment.js';
import { loadPipeline } from '../../src/core/pipeline/load.js';
import { nodeRuntime } from '../../src/core/runtime/node-runtime.js';
import { eventually } from './eventually.js';
import { inDatabase, MetadataDatabases } from './metadata-databases.js';

const plan = loadPipeline(
  `
pipeline: depot
version: 1
topic: { key: id }
event: { id: id, time: at, fields: { id: string, at: timestamp, product: string } }
enrich:
  - table: products
    on: { field: product, column: product_id }
    take:
      name: name
      fee: { column: fee, type: decimal, scale: 2 }
      sold: { column: sold, type: bool }
      since: { column: since, type: timestamp }
      code: code
windows: { w: { tumbling: [10s], by: [name], aggregates: { n: count() } } }
`,
  'depot.yaml',
);
const products = `CREATE TABLE depot.products
  (product_id text PRIMARY KEY, name text, fee numeric(10, 2), sold bool, since timestamptz, code char(5))`;
const long = 'z'.repeat(3_000_000);
const byReplication = 'depot.products: changes are followed by logical replication';
const byPolling = 'depot.products: changes are followed by reading the tables every second, as ';

const databases = new MetadataDatabases();
afterAll(() => databases.drop());

let url: string;
let followed: Followed | undefined;
beforeEach(async () => {
  url = await databases.fresh();
  await sql(`CREATE SCHEMA depot; ${products};
    INSERT INTO depot.products VALUES ('a', 'Tea', 1.5, true, '2026-01-01', 'x'), ('b', '${long}', 2, false, NULL, NULL)`);
});
afterEach(() => followed?.follower.close());

function sql(text: string): Promise<Record<string, unknown>[]> {
  return inDatabase(url, async (client) => (await client.query(text)).rows);
}

/** A follower in this process, from the rows that are there now. */
class Followed {
  readonly follower: ChangeFollower;
  readonly notes: string[] = [];

  constructor(rows: EnrichmentRows, as = url) {
    const runtime = { ...nodeRuntime(), note: (line: string) => void this.notes.push(line) };
    this.follower = new ChangeFollower(runtime, plan, { url: as }, rows);
  }

  noted(text: string): Promise<string> {
    return eventually(`"${text}" is noted`, () => this.notes.find((line) => line.includes(text)));
  }

  /** What comes next, and PostgreSQL is told that it is on disk. */
  async next(): Promise<Record<string, unknown>> {
    const { changes, logged } = await eventually('a change', () => this.follower.take(), 10_000);
    logged();
    return asObject(changes);
  }
}

async function follow(as?: string): Promise<Followed> {
  const rows = await inDatabase(url, (client) => readEnrichment(client, plan));
  followed = new Followed(rows, as);
  return followed;
}

const asObject = (changes: ChangeSet) => Object.fromEntries(changes[0]!);

describe('by logical replication', () => {
  it('each change comes as the engine holds it: rows, keys, deletes, whole transactions, long values that were not sent', async () => {
    const seen = await follow();
    await seen.noted(byReplication);
    for (const [text, changes] of [
      [
        `UPDATE depot.products SET name = 'Tee', code = 'yy' WHERE product_id = 'a'`,
        { a: ['Tee', 150, true, 1767225600000, 'yy'] },
      ],
      [`UPDATE depot.products SET fee = 3 WHERE product_id = 'b'`, { b: [long, 300, false, null, null] }],
      [
        `INSERT INTO depot.products VALUES ('c', 'C', NULL, NULL, '2026-02-01T01:00:00.123+01', NULL)`,
        { c: ['C', null, null, Date.UTC(2026, 1, 1, 0, 0, 0, 123), null] },
      ],
      [
        `UPDATE depot.products SET product_id = 'd' WHERE product_id = 'c'`,
        { c: null, d: ['C', null, null, Date.UTC(2026, 1, 1, 0, 0, 0, 123), null] },
      ],
      [
        `UPDATE depot.products SET product_id = 'e' WHERE product_id = 'b'`,
        { b: null, e: [long, 300, false, null, null] },
      ],
      [`DELETE FROM depot.products WHERE product_id = 'a'`, { a: null }],
      [
        `BEGIN; DELETE FROM depot.products; INSERT INTO depot.products VALUES ('a', 'new', 1, true); COMMIT`,
        { a: ['new', 100, true, null, null], d: null, e: null },
      ],
      ['TRUNCATE depot.products', { a: null }],
    ] as const) {
      await sql(text);
      expect(await seen.next()).toEqual(changes);
    }
  });

  it('PostgreSQL keeps its WAL until the change is on disk, and not longer; the slot is gone with the follower', async () => {
    const seen = await follow();
    await seen.noted(byReplication);
    const behind = async () => {
      const [slot] = await sql(
        `SELECT pg_current_wal_lsn() - confirmed_flush_lsn AS bytes, temporary FROM pg_replication_slots
         WHERE database = current_database()`,
      );
      return slot && { bytes: Number(slot.bytes), temporary: slot.temporary };
    };
    await sql(`UPDATE depot.products SET fee = 9 WHERE product_id = 'a'`);
    const taken = await eventually('the change', () => seen.follower.take());
    await sql('CREATE TABLE depot.other AS SELECT generate_series(1, 20000)');
    expect(await behind()).toMatchObject({ temporary: true });
    expect((await behind())!.bytes).toBeGreaterThan(1_000_000);
    taken.logged();
    // Also what others wrote since: the server asks now and then, and there is nothing of ours in it.
    await eventually('nothing is kept', async () => (await behind())!.bytes < 10_000);
    // A server that shuts down waits for a receiver that claims more than it was sent.
    expect((await behind())!.bytes).toBeGreaterThanOrEqual(0);
    await seen.follower.close();
    await eventually('the slot is gone', async () => (await behind()) === undefined);
  });

  it('a slot that is lost, and a table made anew, are replaced by a fresh look at the tables', async () => {
    const seen = await follow();
    await seen.noted(byReplication);
    await sql(`SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE database = current_database()`);
    await sql(`UPDATE depot.products SET name = 'missed?' WHERE product_id = 'a'`);
    expect(await seen.next()).toEqual({ a: ['missed?', 150, true, 1767225600000, 'x'] });
    await seen.noted('; events are joined with the rows known so far; trying again in 0.1 s');
    seen.notes.length = 0;
    await sql(`BEGIN; DROP TABLE depot.products; ${products}; INSERT INTO depot.products VALUES ('r', 'R'); COMMIT`);
    expect(await seen.next()).toEqual({ a: null, b: null, r: ['R', null, null, null, null] });
    await seen.noted('the tables were changed or made anew');
    await seen.noted(byReplication);
    await sql(`UPDATE depot.products SET name = 'S'`);
    expect(await seen.next()).toEqual({ r: ['S', null, null, null, null] });
  });

  it('closed at whatever moment, it leaves no connection', async () => {
    for (let delay = 0; delay < 120; delay += 8) {
      const seen = await follow();
      await sleep(delay);
      await seen.follower.close();
    }
    const others = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    await eventually('no connection is left', async () => (await sql(others)).length === 0, 10_000);
  });

  it('a transaction that stays open delays the slot and not the changes', async () => {
    await inDatabase(url, async (client) => {
      await client.query('BEGIN; CREATE TABLE depot.unfinished ()');
      const seen = await follow();
      await sql(`UPDATE depot.products SET name = 'T' WHERE product_id = 'a'`);
      expect(await seen.next()).toEqual({ a: ['T', 150, true, 1767225600000, 'x'] });
      expect(seen.notes).toEqual([]);
      await client.query('COMMIT');
      await seen.noted(byReplication);
      await sql(`UPDATE depot.products SET name = 'U' WHERE product_id = 'a'`);
      expect(await seen.next()).toEqual({ a: ['U', 150, true, 1767225600000, 'x'] });
    });
  });

  it.each([
    ['a column that is gone', 'RENAME code TO kode', 'needs column code of depot.products', 'RENAME kode TO code'],
    [
      'a value that does not fit',
      'ALTER fee TYPE numeric(10, 3), ADD CHECK (fee <> 0.001)',
      'depot.products.fee: expected decimal of scale 2, got "1.505"',
      'ALTER fee TYPE numeric(10, 2)',
    ],
  ])('%s is named, and what was known stays until it is mended', async (_, damage, told, mend) => {
    const seen = await follow();
    await seen.noted(byReplication);
    await sql(`ALTER TABLE depot.products ${damage}; UPDATE depot.products SET fee = fee + 0.005, name = 'V'`);
    await seen.noted(told);
    expect(seen.follower.take()).toBeUndefined();
    await sql(`ALTER TABLE depot.products ${mend}; UPDATE depot.products SET fee = 4`);
    expect(await seen.next()).toMatchObject({ a: ['V', 400, true, 1767225600000, 'x'] });
  });
});

describe('by reading the tables', () => {
  async function changesAreSeen(seen: Followed): Promise<void> {
    await sql(
      `UPDATE depot.products SET name = 'W' WHERE product_id = 'a'; DELETE FROM depot.products WHERE product_id = 'b'`,
    );
    expect(await seen.next()).toEqual({ a: ['W', 150, true, 1767225600000, 'x'], b: null });
  }

  it.each([
    ['a role that may not replicate', '', 'permission denied to start WAL sender'],
    ['a role that may not publish', 'REPLICATION', 'permission denied for database'],
  ])('%s', async (_, attributes, told) => {
    const role = `reader_${randomBytes(4).toString('hex')}`;
    await sql(`CREATE ROLE ${role} LOGIN PASSWORD 'secret' ${attributes}; GRANT USAGE ON SCHEMA depot TO ${role};
      GRANT SELECT ON ALL TABLES IN SCHEMA depot TO ${role}`);
    try {
      if (attributes === '') await sql('CREATE PUBLICATION pipe_depot FOR TABLE depot.products');
      const as = new URL(url);
      Object.assign(as, { username: role, password: 'secret' });
      const seen = await follow(as.href);
      expect(await seen.noted(byPolling)).toContain(told);
      await changesAreSeen(seen);
      expect(seen.notes).toHaveLength(1);
    } finally {
      await followed?.follower.close();
      await sql(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });

  it.each([
    [
      'a view',
      `ALTER TABLE depot.products RENAME TO goods; CREATE VIEW depot.products AS SELECT * FROM depot.goods`,
      'is no ordinary table',
    ],
    [
      'a key that is not unique',
      'ALTER TABLE depot.products DROP CONSTRAINT products_pkey',
      'has no unique index on product_id alone',
    ],
    [
      'a key that deletes do not tell',
      'ALTER TABLE depot.products DROP CONSTRAINT products_pkey, ADD UNIQUE (product_id)',
      'its REPLICA IDENTITY does not hold product_id',
    ],
  ])('%s', async (_, change, told) => {
    await sql(change);
    const seen = await follow();
    expect(await seen.noted(byPolling)).toContain(told);
    await changesAreSeen(seen);
  });

  it('a published table that loses its key is taken out, so that PostgreSQL does not refuse its updates', async () => {
    const seen = await follow();
    await seen.noted(byReplication);
    await sql('ALTER TABLE depot.products DROP CONSTRAINT products_pkey');
    await seen.noted(byPolling);
    await changesAreSeen(seen);
  });
});

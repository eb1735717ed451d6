import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { seededDomains } from '../../src/core/metadata/rows/registry.js';
import { seedAll, seedIfEmpty } from '../../src/core/metadata/seed.js';
import type { Plan } from '../../src/core/pipeline/plan.js';
import { contentOf, inDatabase, MetadataDatabases, notingRuntime, seeded } from './metadata-databases.js';
import { pipe } from './pipe.js';

const databases = new MetadataDatabases();
afterAll(() => databases.drop());

const iotTables = ['sites', 'devices'];

/** `pipe seed` against one database, as a profile of a project file. */
async function seedAt(url: string, ...args: string[]) {
  const cwd = mkdtempSync(join(databases.folder, 'project-'));
  writeFileSync(join(cwd, 'pipe.yaml'), `profiles: { here: { postgres: { url: "${url}" } } }\n`);
  return pipe(['seed', '--profile', 'here', ...args], { cwd });
}

describe('pipe seed on the shared stack', () => {
  test('fills all shipped schemas and changes nothing the second time', async () => {
    const first = await pipe(['seed', '--home', inject('home'), '--json']);
    const second = await pipe(['seed', '--home', inject('home'), '--json']);
    expect(first.exitCode).toBe(0);
    expect(second.json()).toEqual(first.json());
    const { tables } = first.json<{ tables: { table: string; rows: number }[] }>();
    expect(tables).toContainEqual({ table: 'ecommerce.products', rows: 1000 });
    expect([...new Set(tables.map(({ table }) => table.split('.')[0]))]).toEqual(seededDomains);
    expect(second.stderr).toContain('iot: seeded already with seed 1 at scale 1');
  });

  test('without --json it prints a table, and the seed on standard error', async () => {
    const { stdout, stderr } = await pipe(['seed', '--home', inject('home'), '--domain', 'iot']);
    expect(stdout).toMatch(/^table +rows\niot.sites +50\niot.devices +2000$/);
    expect(stderr).toContain('seed 1, scale 1');
  });

  test.each([
    [['--domain', 'iott'], 'did you mean "iot"?'],
    [['--scale', '0'], 'expected a number above 0 and at most 1000, got "0"'],
    [['--seed', '1.5'], '1.5'],
    [['--pipeline', 'none.yaml'], 'none.yaml'],
    [['--domain', 'iot', '--pipeline', 'x.yaml'], '--pipeline'],
  ])('%j is refused with exit 2', async (args, message) => {
    const { exitCode, stderr } = await pipe(['seed', '--home', inject('home'), ...args]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(message) });
  });

  test('a server that is not there is exit 3, and no password is shown', async () => {
    const { exitCode, stderr } = await seedAt('postgres://someone:secret@127.0.0.1:1/x');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('PostgreSQL at 127.0.0.1:1/x: connect ECONNREFUSED');
    expect(stderr).not.toContain('secret');
  });

  test('a wrong password is exit 3', async () => {
    const url = new URL(await databases.serverUrl());
    url.password = 'wrong';
    expect(await seedAt(url.href)).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('password') });
  });
});

describe('rows', () => {
  test('repeat for the same seed and scale in every database, and are replaced for others', async () => {
    const [one, two] = [await databases.fresh(), await databases.fresh()];
    const content = () => contentOf(one, 'iot', iotTables);
    await seeded(one, 'iot', { scale: 0.5, seed: 9 });
    const nine = await content();
    const ten = await seeded(one, 'iot', { scale: 0.5, seed: 10 });
    expect(ten.notes).toContain('iot: replacing the rows of seed 9 at scale 0.5');
    expect((await content()).filter((sum) => nine.includes(sum))).toEqual([]);
    await seeded(one, 'iot', { scale: 0.5, seed: 9 });
    await seeded(two, 'iot', { scale: 0.5, seed: 9 });
    expect(await content()).toEqual(nine);
    expect(await contentOf(two, 'iot', iotTables)).toEqual(nine);
  });

  test.each(seededDomains)('%s keeps all constraints at odd scales and seeds', async (domain) => {
    const url = await databases.fresh();
    for (const scale of [0.001, 0.3, 2.7]) {
      const { tables } = await seeded(url, domain, { scale, seed: 123_456_789_012 });
      expect(tables.filter(({ rows }) => rows === 0)).toEqual([]);
    }
  });

  test('two seeds at once leave the rows of one', async () => {
    const [both, alone] = [await databases.fresh(), await databases.fresh()];
    const [first, second] = await Promise.all([seeded(both, 'iot'), seeded(both, 'iot'), seeded(alone, 'iot')]);
    expect([first.notes, second.notes].filter((notes) => notes.includes('seeded already'))).toHaveLength(1);
    expect(await contentOf(both, 'iot', iotTables)).toEqual(await contentOf(alone, 'iot', iotTables));
  });

  test('a stop in the middle leaves the rows that were there', async () => {
    const url = await databases.fresh();
    await seeded(url, 'iot', { scale: 0.1 });
    const before = await contentOf(url, 'iot', iotTables);
    const stop = new AbortController();
    const runtime = notingRuntime((line) => {
      if (line.startsWith('iot.sites')) stop.abort('SIGINT');
    }, stop.signal);
    const choice = { seed: 2, scale: 1 };
    expect(await inDatabase(url, (client) => seedAll(client, runtime, ['iot', 'saas'], choice))).toEqual([]);
    expect(await contentOf(url, 'iot', iotTables)).toEqual(before);
    expect((await seeded(url, 'iot', { scale: 0.1 })).notes).toContain('seeded already');
  });

  test('rows that no seed made are never touched', async () => {
    const url = await databases.fresh();
    await seeded(url, 'iot', { scale: 0.1 });
    await inDatabase(url, (client) => client.query('DELETE FROM pipe.seeds'));
    await expect(seeded(url, 'iot')).rejects.toMatchObject({
      exit: 2,
      message: expect.stringContaining('iot.sites holds 5 rows that no seed made'),
    });
  });

  test("another's table that refers to ours stops the replacement", async () => {
    const url = await databases.fresh();
    await seeded(url, 'iot', { scale: 0.1 });
    const before = await contentOf(url, 'iot', iotTables);
    await inDatabase(url, (client) => client.query('CREATE TABLE public.notes (site_id text REFERENCES iot.sites)'));
    await expect(seeded(url, 'iot', { seed: 2 })).rejects.toMatchObject({
      exit: 2,
      message: expect.stringContaining('"notes" references "sites"'),
    });
    expect(await contentOf(url, 'iot', iotTables)).toEqual(before);
  });
});

describe('migrations', () => {
  test('an applied one that has changed is refused', async () => {
    const url = await databases.fresh();
    await seeded(url, 'iot', { scale: 0.1 });
    await inDatabase(url, (client) => client.query("UPDATE pipe.migrations SET checksum = 'x' WHERE pipeline = 'iot'"));
    await expect(seeded(url, 'iot')).rejects.toMatchObject({
      exit: 2,
      message: expect.stringContaining('configs/metadata/iot/001_fleet.sql: this migration has changed since'),
    });
  });

  test('one that fails is named with its line and leaves nothing', async () => {
    const url = await databases.fresh();
    await inDatabase(url, (client) => client.query('CREATE SCHEMA saas; CREATE TABLE saas.accounts (a int)'));
    await expect(seeded(url, 'saas')).rejects.toThrow(
      /^configs\/metadata\/saas\/001_tenants.sql:\d+: schema "saas" alr/,
    );
    const { rows } = await inDatabase(url, (client) =>
      client.query("SELECT name FROM pipe.migrations WHERE pipeline = 'saas'"),
    );
    expect(rows).toEqual([]);
  });

  test('a seed fills and reports every table that they make', async () => {
    const url = await databases.fresh();
    const reported: string[] = [];
    for (const domain of seededDomains)
      reported.push(...(await seeded(url, domain, { scale: 0.01 })).tables.map(({ table }) => table));
    const { rows } = await inDatabase(url, (client) =>
      client.query<{ table: string }>(
        `SELECT format('%s.%s', table_schema, table_name) AS table FROM information_schema.tables
          WHERE table_schema = ANY ($1)`,
        [seededDomains],
      ),
    );
    expect(reported.sort()).toEqual(rows.map(({ table }) => table).sort());
  });
});

test('seedIfEmpty fills what is empty, leaves what is not, and fills an emptied schema as it was', async () => {
  const url = await databases.fresh();
  const plan = { name: 'iot', source: 'iot' } as Plan;
  const filled = () =>
    inDatabase(url, (client) =>
      seedIfEmpty(
        client,
        notingRuntime(() => undefined),
        plan,
      ),
    );
  expect(await filled()).toContainEqual({ table: 'iot.devices', rows: 2000 });
  expect(await filled()).toEqual([]);
  await seeded(url, 'iot', { seed: 4, scale: 0.1 });
  const before = await contentOf(url, 'iot', iotTables);
  expect(await filled()).toEqual([]);
  await inDatabase(url, (client) => client.query('TRUNCATE iot.devices'));
  expect(await filled()).toContainEqual({ table: 'iot.devices', rows: 200 });
  expect(await contentOf(url, 'iot', iotTables)).toEqual(before);
});

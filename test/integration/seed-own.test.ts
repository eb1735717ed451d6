import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { readEnrichment } from '../../src/core/metadata/enrichment.js';
import { seedIfEmpty } from '../../src/core/metadata/seed.js';
import { loadPipeline } from '../../src/core/pipeline/load.js';
import type { Plan } from '../../src/core/pipeline/plan.js';
import { contentOf, inDatabase, MetadataDatabases, notingRuntime, seeded } from './metadata-databases.js';
import { pipe } from './pipe.js';

const databases = new MetadataDatabases();
afterAll(() => databases.drop());

const yaml = `
pipeline: parcels
version: 1
topic: { key: parcel }
event:
  id: id
  time: at
  fields: { id: string, at: timestamp, parcel: string, depot: string, van: int }
enrich:
  - table: depots
    on: { field: depot, column: depot_id }
    take:
      city: city
      fee: { column: fee, type: decimal, scale: 2 }
      opened: { column: opened_at, type: timestamp }
      open: { column: open, type: bool }
  - table: vans
    on: { field: van, column: van_id }
    take:
      load: { column: load, type: float }
metadata:
  tables:
    depots:
      columns: { depot_id: text, city: text, fee: { type: decimal, scale: 2 }, opened_at: timestamp, open: bool }
      key: depot_id
      rows_from: data/depots.csv
    vans:
      columns: { van_id: int, load: float }
      key: van_id
      rows: [{ van_id: 10, load: 0.25 }, { van_id: 9, load: null }]
windows:
  by_city: { tumbling: [1m], by: [city], aggregates: { n: count() } }
`;
const csv = 'depot_id,city,fee,opened_at,open\nD1,Köln,12.5,2026-01-02T03:04:05Z,true\nD2,"a\tb\\c",,,\n';

/** A pipeline file and its CSV file in a folder of their own. */
function project(text: string = yaml, depots: string = csv): Plan {
  const folder = mkdtempSync(join(databases.folder, 'own-'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data/depots.csv'), depots);
  const file = join(folder, 'parcels.yaml');
  writeFileSync(file, text);
  return loadPipeline(text, file);
}

test('the command makes and fills the tables that a file declares', async () => {
  const { source } = project(yaml.replace('pipeline: parcels', 'pipeline: parcels_by_command'));
  const { exitCode, stdout } = await pipe(['seed', '--home', inject('home'), '--pipeline', source, '--json']);
  expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({
    exitCode: 0,
    tables: [
      { table: 'parcels_by_command.depots', rows: 2 },
      { table: 'parcels_by_command.vans', rows: 2 },
    ],
  });
});

test('the engine gets their rows typed, decimals as scaled integers', async () => {
  const url = await databases.fresh();
  const plan = project();
  await seeded(url, plan);
  expect(await inDatabase(url, (client) => readEnrichment(client, plan))).toEqual([
    [
      { key: 'D1', values: ['Köln', 1250, Date.UTC(2026, 0, 2, 3, 4, 5), true] },
      { key: 'D2', values: ['a\tb\\c', null, null, null] },
    ],
    [
      { key: 10, values: [0.25] },
      { key: 9, values: [null] },
    ],
  ]);
});

test('seeding again leaves rows that were changed since; emptied tables are filled', async () => {
  const url = await databases.fresh();
  const plan = project();
  const ifEmpty = () =>
    inDatabase(url, (client) =>
      seedIfEmpty(
        client,
        notingRuntime(() => undefined),
        plan,
      ),
    );
  expect(await ifEmpty()).toHaveLength(2);
  await inDatabase(url, (client) => client.query('UPDATE parcels.depots SET fee = 1'));
  const changed = await contentOf(url, 'parcels', ['depots']);
  expect((await seeded(url, plan)).notes).toContain('parcels.depots: loaded already');
  expect(await ifEmpty()).toEqual([]);
  expect(await contentOf(url, 'parcels', ['depots'])).toEqual(changed);
  await inDatabase(url, (client) => client.query('TRUNCATE parcels.vans'));
  expect(await ifEmpty()).toContainEqual({ table: 'parcels.vans', rows: 2 });
});

test('tables follow the file: new rows replace the old, new columns make the table anew', async () => {
  const url = await databases.fresh();
  await seeded(url, project());
  const rows = await seeded(url, project(yaml, `${csv}D3,Bonn,1,,false\n`));
  expect(rows.notes).toContain('parcels.depots: replacing its rows');
  expect(rows.notes).toContain('parcels.vans: loaded already');
  expect(rows.tables[0]).toEqual({ table: 'parcels.depots', rows: 3 });
  const columns = await seeded(url, project(yaml.replace('open: bool }', 'open: bool, gates: int }')));
  expect(columns.notes).toContain('parcels.depots: made anew, as its declared columns changed');
  expect(columns.tables[0]).toEqual({ table: 'parcels.depots', rows: 2 });
});

test('a view on a table that must be made anew stops it', async () => {
  const url = await databases.fresh();
  await seeded(url, project());
  await inDatabase(url, (client) => client.query('CREATE VIEW public.cities AS SELECT city FROM parcels.depots'));
  const wider = project(yaml.replace('open: bool }', 'open: bool, gates: int }'));
  await expect(seeded(url, wider)).rejects.toMatchObject({ exit: 2, message: expect.stringContaining('view cities') });
});

test('bad cells are named by file and line, and nothing is changed', async () => {
  const url = await databases.fresh();
  await seeded(url, project());
  const before = await contentOf(url, 'parcels', ['depots']);
  const bad = project(yaml, csv.replace('12.5', '12.555').replace('true', 'oui'));
  await expect(seeded(url, bad)).rejects.toMatchObject({
    exit: 2,
    message: expect.stringMatching(
      /data\/depots.csv:2: depots.fee: expected a decimal .*got "12.555"\n.*csv:2: depots.open: expected true or false/,
    ),
  });
  expect(await contentOf(url, 'parcels', ['depots'])).toEqual(before);
});

test('a table of that name that no seed made is left alone', async () => {
  const url = await databases.fresh();
  await inDatabase(url, (client) => client.query('CREATE SCHEMA parcels; CREATE TABLE parcels.vans (van_id int)'));
  await expect(seeded(url, project())).rejects.toMatchObject({
    exit: 2,
    message: expect.stringMatching(/parcels.yaml:27: table parcels.vans exists already, and no seed made it$/),
  });
});

test("a shipped pipeline's schema is no place for tables of one's own", async () => {
  const taken = project(yaml.replace('pipeline: parcels', 'pipeline: iot'));
  await expect(seeded(await databases.fresh(), taken)).rejects.toThrow('"iot" cannot have metadata tables of its own');
});

test('an enrichment whose table is missing names the step and the remedy', async () => {
  const plan = project();
  const url = await databases.fresh();
  await expect(inDatabase(url, (client) => readEnrichment(client, plan))).rejects.toMatchObject({
    exit: 3,
    message: `${plan.source}: enrich step 1 needs table parcels.depots, which the metadata database does not have`,
    hint: `pipe seed --pipeline ${plan.source}`,
  });
});

test.each([
  ["'12.345'", 'numeric', 'expected decimal of scale 2, got "12.345"'],
  ["'x'", 'text', 'expected decimal of scale 2, got "x"'],
])('a stored %s in a column of type %s does not fit the declared type', async (value, type, message) => {
  const url = await databases.fresh();
  const plan = project();
  await seeded(url, plan);
  await inDatabase(url, async (client) => {
    await client.query(`ALTER TABLE parcels.depots ALTER fee TYPE ${type}; UPDATE parcels.depots SET fee = ${value}`);
    await expect(readEnrichment(client, plan)).rejects.toThrow(
      `enrich step 1: parcels.depots.fee where depot_id = D1: ${message}`,
    );
  });
});

test('a key that stands twice is refused: an event can be joined with one row only', async () => {
  const url = await databases.fresh();
  const plan = project();
  await seeded(url, plan);
  await inDatabase(url, async (client) => {
    await client.query('ALTER TABLE parcels.vans DROP CONSTRAINT vans_pkey; INSERT INTO parcels.vans VALUES (9, 1)');
    await expect(readEnrichment(client, plan)).rejects.toThrow('parcels.vans has several rows where van_id = 9');
  });
});

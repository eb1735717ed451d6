import { afterAll, expect, test } from 'vitest';
import { domainNames, domains } from '../../src/core/domain/registry.js';
import { readEnrichment } from '../../src/core/metadata/enrichment.js';
import { readMetadata } from '../../src/core/metadata/read.js';
import type { Plan } from '../../src/core/pipeline/plan.js';
import { findPipeline } from '../../src/core/run/pipeline-source.js';
import { nodeRuntime } from '../../src/core/runtime/node-runtime.js';
import { inDatabase, MetadataDatabases, seeded } from './metadata-databases.js';

const databases = new MetadataDatabases();
afterAll(() => databases.drop());

const plan = { name: 'ecommerce', source: 'ecommerce' } as Plan;

test('metadata comes in the order of the keys, decimals as numbers and times as milliseconds', async () => {
  const url = await databases.fresh();
  await seeded(url, 'ecommerce', { scale: 0.05 });
  const reads = { products: ['product_id', 'price', 'active', 'launched_at'], categories: ['name'] };
  const { products, categories } = await inDatabase(url, (client) => readMetadata(client, plan, reads));
  const ids = products!.map(({ product_id }) => product_id as string);
  expect(ids).toHaveLength(50);
  expect(ids).toEqual(ids.toSorted());
  expect(Object.keys(categories![0]!)).toEqual(['name']);
  const { rows } = await inDatabase(url, (client) =>
    client.query<{ price: string; ms: string; active: boolean }>(
      'SELECT price, active, extract(epoch FROM launched_at) * 1000 AS ms FROM ecommerce.products WHERE product_id = $1',
      [ids[0]],
    ),
  );
  const { price, ms, active } = rows[0]!;
  expect(products![0]).toEqual({ product_id: ids[0], price: Number(price), active, launched_at: Number(ms) });
});

test.each(domainNames)(
  '%s: its generator and its enrichments find every table and column that they read',
  async (domain) => {
    const url = await databases.fresh();
    await seeded(url, domain, { scale: 0.05 });
    const shipped = findPipeline(nodeRuntime(), { domain });
    const { reads } = domains[domain];
    await inDatabase(url, async (client) => {
      const metadata = await readMetadata(client, shipped, reads);
      for (const table of Object.keys(reads)) expect(metadata[table]!.length).toBeGreaterThan(0);
      const steps = await readEnrichment(client, shipped);
      expect(steps.map((rows) => rows.length > 0)).toEqual(shipped.enrich.map(() => true));
    });
  },
);

test('names are quoted, and times without a zone, dates and large numbers are read alike', async () => {
  const url = await databases.fresh();
  await inDatabase(url, (client) =>
    client.query(`CREATE SCHEMA ecommerce;
      CREATE TABLE ecommerce."order" ("select" date, "from" timestamp, big bigint, flag bool, gone text);
      INSERT INTO ecommerce."order" VALUES ('2026-01-02', '2026-01-02 03:04:05.678', 9007199254740991, true, NULL)`),
  );
  const reads = { order: ['select', 'from', 'big', 'flag', 'gone'] };
  const { order } = await inDatabase(url, (client) => readMetadata(client, plan, reads));
  expect(order).toEqual([
    {
      select: Date.UTC(2026, 0, 2),
      from: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      big: 9_007_199_254_740_991,
      flag: true,
      gone: null,
    },
  ]);
});

test('a table or column that is missing is named with the command that makes it', async () => {
  const url = await databases.fresh();
  const read = (reads: Record<string, string[]>) => inDatabase(url, (client) => readMetadata(client, plan, reads));
  await expect(read({ users: ['country'] })).rejects.toMatchObject({
    exit: 3,
    message: 'ecommerce: the generator needs table ecommerce.users, which the metadata database does not have',
    hint: 'pipe seed --domain ecommerce',
  });
  await seeded(url, 'ecommerce', { scale: 0.01 });
  await expect(read({ users: ['colour'] })).rejects.toThrow(
    'needs column colour of ecommerce.users, which has user_id,',
  );
});

import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { queriesOf, queryNamed } from '../../../src/core/query/catalogue.js';
import { derivations } from '../../../src/core/query/derived/registry.js';
import { bindParameters } from '../../../src/core/query/parameters.js';
import { planOf } from '../sink/fixture.js';

const own = { description: 'Of its own.', sql: 'SELECT {n:UInt8}', params: { n: 1 } };

it('lists the queries of the file first, then those that every pipeline has', () => {
  const names = queriesOf(planOf('shop', { queries: { revenue: own } })).map((query) => query.name);
  expect(names).toEqual([
    'revenue',
    'sales_latest',
    'window_progress',
    'alerts_latest',
    'alerts_by_detector',
    'latest_events',
    'throughput',
    'partitions',
    'storage',
  ]);
});

it('lets the file replace a derived query', () => {
  const plan = planOf('shop', { queries: { throughput: own } });
  expect(queryNamed(plan, 'throughput').sql).toBe(own.sql);
  expect(queriesOf(plan).filter((query) => query.name === 'throughput')).toHaveLength(1);
});

it('gives every parameter of a derived query a default', () => {
  for (const query of queriesOf(planOf()))
    expect(Object.keys(bindParameters(query, {}))).toEqual(expect.arrayContaining(Object.keys(query.params)));
});

it('asks for the smallest size of a window', () => {
  expect(queryNamed(planOf(), 'sales_latest').params).toEqual({ size: 10_000, limit: 20 });
});

it('names the nearest query', () => {
  expect(() => queryNamed(planOf(), 'sales_lates')).toThrow(
    expect.objectContaining({
      exit: 2,
      message: 'shop has no query "sales_lates"; did you mean "sales_latest"?',
      hint: expect.stringContaining('sales_latest, window_progress'),
    }),
  );
});

it('knows each file in derived/', () => {
  const files = readdirSync(new URL('../../../src/core/query/derived', import.meta.url))
    .map((file) => file.replace(/\.ts$/, ''))
    .filter((file) => file !== 'registry' && file !== 'derivation');
  expect(Object.keys(derivations).sort()).toEqual(files.sort());
});

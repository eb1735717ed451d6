import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { referenceDate } from '../../../src/core/metadata/rows/draw.js';
import { countries } from '../../../src/core/metadata/rows/places.js';
import { domainRows, type SeededDomain, seededDomains } from '../../../src/core/metadata/rows/registry.js';
import type { Cell } from '../../../src/core/metadata/rows/table.js';

type Row = Record<string, Cell>;

function rowsOf(domain: SeededDomain, seed = 1, scale = 1): Record<string, Row[]> {
  const tables = domainRows[domain].tables(seed, scale);
  return Object.fromEntries(
    tables.map(({ name, columns, rows }) => [
      name,
      [...rows].map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]!]))),
    ]),
  );
}

const column = (rows: readonly Row[], name: string) => rows.map((row) => row[name]);
const share = <T>(rows: readonly T[], holds: (row: T) => boolean) => rows.filter(holds).length / rows.length;
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

test('every folder of migrations belongs to a registered domain or to pipe itself', () => {
  const folders = readdirSync(new URL('../../../configs/metadata', import.meta.url)).sort();
  expect(folders).toEqual([...seededDomains, 'pipe'].sort());
});

describe.each(seededDomains)('%s', (domain) => {
  test('the same seed and scale give the same rows, also when tables are walked twice', () => {
    const tables = domainRows[domain].tables(3, 0.2);
    const first = tables.map(({ rows }) => [...rows]);
    expect(tables.map(({ rows }) => [...rows])).toEqual(first);
    expect(domainRows[domain].tables(3, 0.2).map(({ rows }) => [...rows])).toEqual(first);
  });

  test('another seed gives other rows', () => {
    const last = (seed: number) => [...domainRows[domain].tables(seed, 0.2).at(-1)!.rows];
    expect(last(1)).not.toEqual(last(2));
    expect(last(1)).not.toEqual(last(1 + 2 ** 32));
  });

  test('a larger scale only adds rows; devices move, as there are more sites to put them in', () => {
    const small = rowsOf(domain, 1, 0.5);
    const large = rowsOf(domain, 1, 2);
    for (const [name, rows] of Object.entries(small))
      if (name !== 'devices') expect(large[name]!.slice(0, rows.length)).toEqual(rows);
  });

  test.each([0.001, 1])('at scale %d no table is empty and no key stands twice', (scale) => {
    for (const rows of Object.values(rowsOf(domain, 1, scale))) {
      const keys = column(rows, Object.keys(rows[0]!)[0]!);
      expect(rows.length).toBeGreaterThan(0);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  test('what happened lies before the reference date', () => {
    for (const rows of Object.values(rowsOf(domain, 1, 0.2)))
      for (const name of [
        'signed_up_at',
        'launched_at',
        'counted_at',
        'installed_at',
        'created_at',
        'joined_at',
        'issued_at',
      ])
        for (const value of column(rows, name))
          if (value) expect((value as Date).getTime()).toBeLessThanOrEqual(referenceDate);
  });
});

test.each<[SeededDomain, Record<string, number>]>([
  ['ecommerce', { users: 2000, categories: 20, products: 1000, inventory: 1000 }],
  ['iot', { sites: 50, devices: 2000 }],
  ['saas', { plans: 4, accounts: 500 }],
  ['finance', { customers: 1500, cards: 2000, merchants: 500 }],
])('%s has at scale 1 the rows that the docs name', (domain, expected) => {
  const rows = rowsOf(domain);
  const counts = Object.fromEntries(Object.keys(expected).map((name) => [name, rows[name]!.length]));
  expect(counts).toEqual(expected);
});

test.each<[SeededDomain, string, string, string, string]>([
  ['ecommerce', 'products', 'category', 'categories', 'name'],
  ['ecommerce', 'inventory', 'product_id', 'products', 'product_id'],
  ['iot', 'devices', 'site_id', 'sites', 'site_id'],
  ['saas', 'accounts', 'plan', 'plans', 'plan_id'],
  ['saas', 'users', 'account_id', 'accounts', 'account_id'],
  ['finance', 'cards', 'customer_id', 'customers', 'customer_id'],
])('%s: %s.%s refers to %s.%s at every scale', (domain, child, reference, parent, key) => {
  for (const scale of [0.01, 1]) {
    const rows = rowsOf(domain, 5, scale);
    const known = new Set(column(rows[parent]!, key));
    expect(column(rows[child]!, reference).filter((value) => !known.has(value))).toEqual([]);
  }
});

describe('distributions', () => {
  test('users come from countries by their weights', () => {
    const { users } = rowsOf('ecommerce', 1, 10);
    const total = countries.reduce((sum, { weight }) => sum + weight, 0);
    for (const { code, weight } of countries)
      expect(share(users!, (user) => user.country === code)).toBeCloseTo(weight / total, 1.7);
  });

  test('laptops cost more than books, and every product more than it is bought for', () => {
    const { products } = rowsOf('ecommerce');
    const prices = (category: string) =>
      products!.filter((product) => product.category === category).map(({ price }) => Number(price));
    expect(median(prices('Laptops'))).toBeGreaterThan(10 * median(prices('Books')));
    expect(products!.filter(({ price, cost }) => Number(cost) >= Number(price))).toEqual([]);
  });

  test('new shoppers signed up lately, loyal ones long ago', () => {
    const day = 86_400_000;
    const age = (user: Row) => (referenceDate - (user.signed_up_at as Date).getTime()) / day;
    const { users } = rowsOf('ecommerce');
    const ages = (segment: string) => users!.filter((user) => user.segment === segment).map(age);
    expect(Math.max(...ages('new'))).toBeLessThanOrEqual(60);
    expect(Math.min(...ages('loyal'))).toBeGreaterThanOrEqual(365);
  });

  test('a healthy range is a range, and that of a data centre is narrower than that of a factory', () => {
    const { sites, devices } = rowsOf('iot');
    const kinds = new Map(sites!.map((site) => [site.site_id, site.kind]));
    const widths = (kind: string) =>
      devices!
        .filter((device) => device.kind === 'temperature' && kinds.get(device.site_id!) === kind)
        .map(({ nominal_min, nominal_max }) => Number(nominal_max) - Number(nominal_min));
    expect(Math.min(...devices!.map((each) => Number(each.nominal_max) - Number(each.nominal_min)))).toBeGreaterThan(0);
    expect(median(widths('factory'))).toBeGreaterThan(2 * median(widths('data centre')));
  });

  test('every account has one owner and no more users than seats', () => {
    const { accounts, users } = rowsOf('saas');
    for (const account of accounts!) {
      const people = users!.filter((user) => user.account_id === account.account_id);
      expect(people.filter(({ role }) => role === 'owner')).toHaveLength(1);
      expect(people.length).toBeLessThanOrEqual(Number(account.seats));
    }
  });

  test('a card is at home where its customer is, and outlives its issue by four years', () => {
    const { customers, cards } = rowsOf('finance');
    const homes = new Map(customers!.map((customer) => [customer.customer_id, customer.country]));
    expect(cards!.filter((card) => homes.get(card.customer_id!) !== card.home_country)).toEqual([]);
    for (const { issued_at, expires_at } of cards!)
      expect((expires_at as Date).getUTCFullYear() - (issued_at as Date).getUTCFullYear()).toBeGreaterThanOrEqual(4);
  });

  test('most customers are of low risk, few of high', () => {
    const { customers } = rowsOf('finance', 1, 10);
    expect(share(customers!, ({ risk }) => risk === 'low')).toBeCloseTo(0.86, 1.7);
    expect(share(customers!, ({ risk }) => risk === 'high')).toBeCloseTo(0.03, 1.7);
  });
});

import type { Faker } from '@faker-js/faker';
import {
  addDays,
  between,
  chance,
  daysAgo,
  fakerFor,
  logNormal,
  money,
  normal,
  referenceDate,
  slug,
  weighted,
} from './draw.js';
import { categories, type ProductCategory } from './ecommerce-categories.js';
import { drawPlace } from './places.js';
import { again, type Cell, type DomainRows, id, scaled } from './table.js';

const drawDevice = weighted([
  ['mobile', 62],
  ['desktop', 32],
  ['tablet', 6],
]);

/** Days since sign-up go with the segment: nobody is loyal in the first week. */
const drawSegment = weighted([
  [{ name: 'new', least: 0, most: 60 }, 25],
  [{ name: 'regular', least: 60, most: 1200 }, 50],
  [{ name: 'loyal', least: 365, most: 2000 }, 20],
  [{ name: 'vip', least: 500, most: 2500 }, 5],
]);

const drawCategory = weighted(categories.map((category) => [category, category.weight] as const));

const warehouses = ['east', 'west', 'north', 'south'] as const;

/** Shoppers from weighted countries, products priced by their category, and what is in stock of each. */
export const ecommerceRows: DomainRows = {
  generation: 1,
  tables: (seed, scale) => [
    {
      name: 'users',
      columns: ['user_id', 'name', 'email', 'country', 'city', 'segment', 'device', 'newsletter', 'signed_up_at'],
      rows: again(() => users(seed, scaled(2000, scale))),
    },
    {
      name: 'categories',
      columns: ['category_id', 'name', 'department', 'return_rate'],
      rows: categories.map((each, index) => [id('category', index + 1), each.name, each.department, each.returnRate]),
    },
    {
      name: 'products',
      columns: ['product_id', 'name', 'category', 'brand', 'price', 'cost', 'rating', 'active', 'launched_at'],
      rows: again(() => products(seed, scaled(1000, scale))),
    },
    {
      name: 'inventory',
      columns: ['product_id', 'warehouse', 'stock', 'reorder_point', 'counted_at'],
      rows: again(() => inventory(seed, scaled(1000, scale))),
    },
  ],
};

function* users(seed: number, count: number): Generator<Cell[]> {
  const faker = fakerFor(seed, 'ecommerce.users');
  for (let number = 1; number <= count; number++) {
    const first = faker.person.firstName();
    const last = faker.person.lastName();
    const { country, city } = drawPlace(faker);
    const segment = drawSegment(faker);
    yield [
      id('user', number),
      `${first} ${last}`,
      `${slug(first)}.${slug(last)}.${number}@example.com`,
      country.code,
      city.name,
      segment.name,
      drawDevice(faker),
      chance(faker, segment.name === 'new' ? 0.25 : 0.45),
      daysAgo(faker, segment.least, segment.most),
    ];
  }
}

function* products(seed: number, count: number): Generator<Cell[]> {
  const faker = fakerFor(seed, 'ecommerce.products');
  const brands = new Map(
    categories.map(({ name }) => [name, faker.helpers.multiple(() => faker.person.lastName(), { count: 8 })]),
  );
  for (let number = 1; number <= count; number++) {
    // One of each category comes first, so that none is empty at any scale.
    const category = categories[number - 1] ?? drawCategory(faker);
    const brand = faker.helpers.arrayElement(brands.get(category.name)!);
    const price = priceOf(faker, category);
    const margin = between(0.08, category.margin + 0.06 * normal(faker), 0.85);
    yield [
      id('product', number),
      `${brand} ${faker.commerce.productAdjective()} ${faker.helpers.arrayElement(category.nouns)}`,
      category.name,
      brand,
      money(price),
      money(Math.max(0.01, price * (1 - margin))),
      Math.round(between(1, 4.1 + 0.45 * normal(faker), 5) * 10) / 10,
      chance(faker, 0.95),
      daysAgo(faker, 1, 1800),
    ];
  }
}

/** Shop prices end in .99, .49 or .00. */
function priceOf(faker: Faker, category: ProductCategory): number {
  const amount = Math.max(2, Math.ceil(logNormal(faker, category.price, category.spread)));
  return amount - faker.helpers.arrayElement([0.01, 0.01, 0.51, 0]);
}

function* inventory(seed: number, count: number): Generator<Cell[]> {
  const faker = fakerFor(seed, 'ecommerce.inventory');
  for (let number = 1; number <= count; number++) {
    const reorderPoint = faker.number.int({ min: 5, max: 60 });
    yield [
      id('product', number),
      faker.helpers.arrayElement(warehouses),
      chance(faker, 0.04) ? 0 : Math.round(logNormal(faker, 3 * reorderPoint, 0.8)),
      reorderPoint,
      addDays(new Date(referenceDate), -faker.number.int({ min: 0, max: 6 })),
    ];
  }
}

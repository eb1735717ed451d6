import type { Faker } from '@faker-js/faker';
import { between, chance, daysAgo, fakerFor, logNormal, money, weighted } from './draw.js';
import { drawTrade, trades } from './finance-trades.js';
import { type Country, drawPlace } from './places.js';
import { again, type Cell, type DomainRows, id, scaled } from './table.js';

const drawRisk = weighted([
  ['low', 86],
  ['medium', 11],
  ['high', 3],
]);

const drawKind = weighted([
  [{ name: 'debit', limit: 3000 }, 55],
  [{ name: 'credit', limit: 6000 }, 38],
  [{ name: 'prepaid', limit: 500 }, 7],
]);

const networks = weighted([
  ['visa', 55],
  ['mastercard', 38],
  ['amex', 5],
  ['unionpay', 2],
]);
const americanNetworks = weighted([
  ['visa', 50],
  ['mastercard', 33],
  ['amex', 17],
]);

interface Customer {
  id: string;
  name: string;
  country: Country;
  city: string;
  risk: string;
  verified: boolean;
  joinedAt: Date;
}

/** Card holders, their cards with limits by kind and risk, and merchants by trade with the amounts that are usual there. */
export const financeRows: DomainRows = {
  generation: 1,
  tables: (seed, scale) => [
    {
      name: 'customers',
      columns: ['customer_id', 'name', 'country', 'city', 'risk', 'verified', 'joined_at'],
      rows: again(() => customerRows(seed, scaled(1500, scale))),
    },
    {
      name: 'cards',
      columns: [
        'card_id',
        'customer_id',
        'network',
        'kind',
        'credit_limit',
        'currency',
        'home_country',
        'last_four',
        'issued_at',
        'expires_at',
      ],
      rows: again(() => cards(seed, scaled(1500, scale))),
    },
    {
      name: 'merchants',
      columns: ['merchant_id', 'name', 'mcc', 'category', 'country', 'risk', 'online', 'typical_amount'],
      rows: again(() => merchants(seed, scaled(500, scale))),
    },
  ],
};

function* customers(seed: number, count: number): Generator<Customer> {
  const faker = fakerFor(seed, 'finance.customers');
  for (let number = 1; number <= count; number++) {
    const { country, city } = drawPlace(faker);
    const risk = drawRisk(faker);
    yield {
      id: id('customer', number),
      name: `${faker.person.firstName()} ${faker.person.lastName()}`,
      country,
      city: city.name,
      risk,
      verified: chance(faker, risk === 'high' ? 0.7 : 0.98),
      joinedAt: daysAgo(faker, 30, 3600),
    };
  }
}

function* customerRows(seed: number, count: number): Generator<Cell[]> {
  for (const each of customers(seed, count))
    yield [each.id, each.name, each.country.code, each.city, each.risk, each.verified, each.joinedAt];
}

/** Every third customer has a second card, so that their number is exact. */
function* cards(seed: number, customerCount: number): Generator<Cell[]> {
  const faker = fakerFor(seed, 'finance.cards');
  let number = 0;
  let place = 0;
  for (const customer of customers(seed, customerCount)) {
    place++;
    while (number < Math.floor((place * 4) / 3)) yield card(faker, customer, ++number);
  }
}

function card(faker: Faker, customer: Customer, number: number): Cell[] {
  const kind = drawKind(faker);
  const limit = logNormal(faker, customer.risk === 'high' ? kind.limit / 3 : kind.limit, 0.6);
  const issued = daysAgo(faker, 1, 1400);
  return [
    id('card', number),
    customer.id,
    (customer.country.code === 'US' ? americanNetworks : networks)(faker),
    kind.name,
    money(between(100, Math.round(limit / 100) * 100, 100_000)),
    customer.country.currency,
    customer.country.code,
    String(faker.number.int(9999)).padStart(4, '0'),
    issued,
    // Cards hold to the end of a month, four years on.
    new Date(Date.UTC(issued.getUTCFullYear() + 4, issued.getUTCMonth() + 1, 1)),
  ];
}

function* merchants(seed: number, count: number): Generator<Cell[]> {
  const faker = fakerFor(seed, 'finance.merchants');
  for (let number = 1; number <= count; number++) {
    // One of each trade comes first, so that none is missing at any scale.
    const trade = trades[number - 1] ?? drawTrade(faker);
    const country = drawPlace(faker).country;
    yield [
      id('merchant', number),
      `${faker.person.lastName()} ${faker.helpers.arrayElement(trade.names)}`,
      trade.mcc,
      trade.category,
      country.code,
      trade.risk,
      chance(faker, trade.online),
      money(Math.max(1, logNormal(faker, trade.amount, 0.4))),
    ];
  }
}

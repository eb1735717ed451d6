import type { Faker } from '@faker-js/faker';
import { between, chance, daysAgo, fakerFor, logNormal, money, referenceDate, slug, weighted } from './draw.js';
import { drawPlace } from './places.js';
import { again, type Cell, type DomainRows, id, scaled } from './table.js';

/** Price a seat and month; `seats` is the most an account may have, `typical` the median. */
const plans = [
  { id: 'free', name: 'Free', price: 0, seats: 5, typical: 2, weight: 45 },
  { id: 'team', name: 'Team', price: 12, seats: 50, typical: 8, weight: 33 },
  { id: 'business', name: 'Business', price: 29, seats: 500, typical: 22, weight: 17 },
  { id: 'enterprise', name: 'Enterprise', price: 59, seats: 5000, typical: 70, weight: 5 },
] as const;

const drawPlan = weighted(plans.map((plan) => [plan, plan.weight] as const));

const drawIndustry = weighted([
  ['software', 24],
  ['retail', 14],
  ['finance', 12],
  ['healthcare', 10],
  ['manufacturing', 10],
  ['media', 8],
  ['education', 8],
  ['logistics', 6],
  ['public sector', 5],
  ['energy', 3],
]);

const drawRole = weighted([
  ['admin', 8],
  ['member', 72],
  ['viewer', 20],
]);

interface Account {
  id: string;
  name: string;
  plan: (typeof plans)[number];
  country: string;
  industry: string;
  seats: number;
  /** At most the seats. */
  users: number;
  trial: boolean;
  createdAt: Date;
}

/** Accounts on four plans and their people: an owner each, and more of them the larger the plan. */
export const saasRows: DomainRows = {
  generation: 1,
  tables: (seed, scale) => [
    {
      name: 'plans',
      columns: ['plan_id', 'name', 'monthly_price', 'seats'],
      rows: plans.map((plan) => [plan.id, plan.name, money(plan.price), plan.seats]),
    },
    {
      name: 'accounts',
      columns: ['account_id', 'name', 'plan', 'country', 'industry', 'seats', 'trial', 'created_at', 'renews_at'],
      rows: again(() => accountRows(seed, scaled(500, scale))),
    },
    {
      name: 'users',
      columns: ['user_id', 'account_id', 'name', 'email', 'role', 'joined_at'],
      rows: again(() => users(seed, scaled(500, scale))),
    },
  ],
};

function* accounts(seed: number, count: number): Generator<Account> {
  const faker = fakerFor(seed, 'saas.accounts');
  for (let number = 1; number <= count; number++) {
    const plan = drawPlan(faker);
    const seats = Math.round(between(1, logNormal(faker, plan.typical, 0.6), plan.seats));
    yield {
      id: id('account', number),
      name: faker.company.name(),
      plan,
      country: drawPlace(faker).country.code,
      industry: drawIndustry(faker),
      seats,
      users: Math.ceil(seats * (0.5 + 0.5 * faker.number.float())),
      trial: plan.price > 0 && chance(faker, 0.08),
      createdAt: daysAgo(faker, 1, 1800),
    };
  }
}

function* accountRows(seed: number, count: number): Generator<Cell[]> {
  for (const each of accounts(seed, count))
    yield [
      each.id,
      each.name,
      each.plan.id,
      each.country,
      each.industry,
      each.seats,
      each.trial,
      each.createdAt,
      anniversaryAfter(each.createdAt, referenceDate),
    ];
}

function* users(seed: number, accountCount: number): Generator<Cell[]> {
  const faker = fakerFor(seed, 'saas.users');
  let number = 0;
  for (const account of accounts(seed, accountCount))
    for (let member = 0; member < account.users; member++)
      yield user(faker, account, ++number, member === 0 ? 'owner' : drawRole(faker));
}

function user(faker: Faker, account: Account, number: number, role: string): Cell[] {
  const first = faker.person.firstName();
  const last = faker.person.lastName();
  const age = referenceDate - account.createdAt.getTime();
  const joined = role === 'owner' ? 0 : Math.floor((age * faker.number.float()) / 1000) * 1000;
  return [
    id('user', number),
    account.id,
    `${first} ${last}`,
    `${slug(first)}.${slug(last)}.${number}@${slug(account.name)}.example`,
    role,
    new Date(account.createdAt.getTime() + joined),
  ];
}

/** The same day of the first later year that lies after `instant`. */
function anniversaryAfter(date: Date, instant: number): Date {
  const next = new Date(date);
  while (next.getTime() <= instant) next.setUTCFullYear(next.getUTCFullYear() + 1);
  return next;
}

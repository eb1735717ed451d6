import type { Faker } from '@faker-js/faker';
import { faker as english } from '@faker-js/faker/locale/en';

/** All seeded dates lie before or around this instant: rows must not change with the day on which they are made. */
export const referenceDate = Date.UTC(2026, 0, 1);

const day = 86_400_000;

/** A Faker of its own for each table, so that a change in one table's rows leaves those of the others as they are. */
export function fakerFor(seed: number, table: string): Faker {
  // The locale's entry point exports an instance only; importing the class would load all seventy locales.
  const made = new (english.constructor as typeof Faker)({ locale: english.rawDefinitions });
  made.seed([seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, ...[...table].map((letter) => letter.charCodeAt(0))]);
  made.setDefaultRefDate(referenceDate);
  return made;
}

/** Picks by weight; the cumulated weights are computed once, as tables draw from the same list for each row. */
export function weighted<T>(choices: readonly (readonly [value: T, weight: number])[]): (faker: Faker) => T {
  let total = 0;
  const bounds = choices.map(([, weight]) => {
    total += weight;
    return total;
  });
  return (faker) => {
    const drawn = faker.number.float() * total;
    const index = bounds.findIndex((bound) => drawn < bound);
    return choices[index < 0 ? choices.length - 1 : index]![0];
  };
}

export function chance(faker: Faker, probability: number): boolean {
  return faker.number.float() < probability;
}

/** Standard normal, by Box and Muller. */
export function normal(faker: Faker): number {
  const radius = Math.sqrt(-2 * Math.log(1 - faker.number.float()));
  return radius * Math.cos(2 * Math.PI * faker.number.float());
}

/** Log-normal: half of the values lie below the median, a spread of 0.5 puts most within a factor of 2.7. */
export function logNormal(faker: Faker, median: number, spread: number): number {
  return median * Math.exp(spread * normal(faker));
}

export function between(low: number, value: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** An instant between so many days before the reference date; whole seconds. */
export function daysAgo(faker: Faker, least: number, most: number): Date {
  const days = least + (most - least) * faker.number.float();
  return new Date(referenceDate - Math.round((days * day) / 1000) * 1000);
}

export function addDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * day);
}

/** Two digits after the point, as numeric(12, 2) takes it. */
export function money(amount: number): string {
  return amount.toFixed(2);
}

/** The ASCII letters and digits of a name in lower case, for addresses. */
export function slug(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

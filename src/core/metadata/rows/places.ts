import type { Faker } from '@faker-js/faker';
import { weighted } from './draw.js';

export interface City {
  name: string;
  latitude: number;
  longitude: number;
}

export interface Country {
  /** ISO 3166-1 alpha-2. */
  code: string;
  /** ISO 4217. */
  currency: string;
  /** Share of users, in percent; the largest online markets lead. */
  weight: number;
  cities: readonly City[];
}

const city = (name: string, latitude: number, longitude: number): City => ({ name, latitude, longitude });

export const countries: readonly Country[] = [
  {
    code: 'US',
    currency: 'USD',
    weight: 27,
    cities: [
      city('New York', 40.71, -74.01),
      city('Chicago', 41.88, -87.63),
      city('Houston', 29.76, -95.37),
      city('Seattle', 47.61, -122.33),
    ],
  },
  {
    code: 'GB',
    currency: 'GBP',
    weight: 11,
    cities: [city('London', 51.51, -0.13), city('Manchester', 53.48, -2.24), city('Leeds', 53.8, -1.55)],
  },
  {
    code: 'DE',
    currency: 'EUR',
    weight: 11,
    cities: [city('Berlin', 52.52, 13.4), city('Hamburg', 53.55, 9.99), city('Munich', 48.14, 11.58)],
  },
  {
    code: 'FR',
    currency: 'EUR',
    weight: 8,
    cities: [city('Paris', 48.86, 2.35), city('Lyon', 45.76, 4.84), city('Lille', 50.63, 3.06)],
  },
  {
    code: 'IN',
    currency: 'INR',
    weight: 8,
    cities: [city('Mumbai', 19.08, 72.88), city('Bengaluru', 12.97, 77.59), city('Delhi', 28.61, 77.21)],
  },
  {
    code: 'JP',
    currency: 'JPY',
    weight: 6,
    cities: [city('Tokyo', 35.68, 139.69), city('Osaka', 34.69, 135.5)],
  },
  {
    code: 'BR',
    currency: 'BRL',
    weight: 5,
    cities: [city('São Paulo', -23.55, -46.63), city('Recife', -8.05, -34.88)],
  },
  {
    code: 'CA',
    currency: 'CAD',
    weight: 5,
    cities: [city('Toronto', 43.65, -79.38), city('Vancouver', 49.28, -123.12)],
  },
  {
    code: 'ES',
    currency: 'EUR',
    weight: 4,
    cities: [city('Madrid', 40.42, -3.7), city('Valencia', 39.47, -0.38)],
  },
  { code: 'IT', currency: 'EUR', weight: 4, cities: [city('Milan', 45.46, 9.19), city('Turin', 45.07, 7.69)] },
  { code: 'AU', currency: 'AUD', weight: 3, cities: [city('Sydney', -33.87, 151.21), city('Perth', -31.95, 115.86)] },
  { code: 'NL', currency: 'EUR', weight: 3, cities: [city('Rotterdam', 51.92, 4.48), city('Utrecht', 52.09, 5.12)] },
  { code: 'PL', currency: 'PLN', weight: 2, cities: [city('Warsaw', 52.23, 21.01), city('Gdańsk', 54.35, 18.65)] },
  { code: 'SE', currency: 'SEK', weight: 1, cities: [city('Stockholm', 59.33, 18.07), city('Malmö', 55.6, 13.0)] },
  { code: 'KR', currency: 'KRW', weight: 1, cities: [city('Seoul', 37.57, 126.98), city('Busan', 35.18, 129.08)] },
  { code: 'SG', currency: 'SGD', weight: 1, cities: [city('Singapore', 1.35, 103.82)] },
];

const drawCountry = weighted(countries.map((country) => [country, country.weight] as const));

/** A country by its weight and one of its cities. */
export function drawPlace(faker: Faker): { country: Country; city: City } {
  const country = drawCountry(faker);
  return { country, city: faker.helpers.arrayElement(country.cities) };
}

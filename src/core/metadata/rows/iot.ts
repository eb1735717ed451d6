import type { Faker } from '@faker-js/faker';
import { addDays, chance, daysAgo, fakerFor, referenceDate, weighted } from './draw.js';
import { drawPlace } from './places.js';
import { again, type Cell, type DomainRows, id, scaled } from './table.js';

const siteKinds = ['factory', 'warehouse', 'data centre', 'greenhouse', 'office'] as const;
type SiteKind = (typeof siteKinds)[number];

interface DeviceKind {
  kind: string;
  unit: string;
  models: readonly string[];
  /** What a healthy device reads, where the site does not say otherwise. */
  nominal: readonly [number, number];
  at?: Partial<Record<SiteKind, readonly [number, number]>>;
  /** How much of each kind of site's devices are of this kind. */
  weights: Record<SiteKind, number>;
}

const weights = (factory: number, warehouse: number, dataCentre: number, greenhouse: number, office: number) => ({
  factory,
  warehouse,
  'data centre': dataCentre,
  greenhouse,
  office,
});

const deviceKinds: readonly DeviceKind[] = [
  {
    kind: 'temperature',
    unit: '°C',
    models: ['TX-100', 'TX-200', 'Thermo Mini'],
    nominal: [15, 40],
    at: { warehouse: [5, 28], 'data centre': [18, 27], greenhouse: [18, 30], office: [19, 25] },
    weights: weights(25, 40, 45, 40, 50),
  },
  {
    kind: 'humidity',
    unit: '%',
    models: ['HX-10', 'Hygro S'],
    nominal: [30, 60],
    at: { greenhouse: [55, 85], 'data centre': [40, 55] },
    weights: weights(8, 35, 20, 35, 30),
  },
  { kind: 'pressure', unit: 'bar', models: ['PX-4', 'PX-16'], nominal: [2, 8], weights: weights(18, 5, 5, 5, 0) },
  {
    kind: 'vibration',
    unit: 'mm/s',
    models: ['VB-3', 'VB-3 Ex'],
    nominal: [0.2, 4.5],
    weights: weights(24, 5, 5, 0, 0),
  },
  {
    kind: 'power',
    unit: 'kW',
    models: ['EM-63', 'EM-250'],
    nominal: [5, 60],
    at: { office: [2, 25], 'data centre': [40, 180] },
    weights: weights(15, 15, 20, 5, 20),
  },
  { kind: 'flow', unit: 'l/min', models: ['FL-25', 'FL-80'], nominal: [20, 120], weights: weights(10, 0, 5, 15, 0) },
];

const drawSiteKind = weighted<SiteKind>([
  ['factory', 40],
  ['warehouse', 25],
  ['data centre', 10],
  ['greenhouse', 10],
  ['office', 15],
]);

const drawDeviceKind = Object.fromEntries(
  siteKinds.map((site) => [site, weighted(deviceKinds.map((each) => [each, each.weights[site]] as const))]),
) as Record<SiteKind, (faker: Faker) => DeviceKind>;

/** Sites in real cities and the sensors in them; what a sensor measures, and its healthy range, go with the kind of its site. */
export const iotRows: DomainRows = {
  generation: 1,
  tables: (seed, scale) => [
    {
      name: 'sites',
      columns: ['site_id', 'name', 'kind', 'country', 'city', 'latitude', 'longitude'],
      rows: again(() => sites(seed, scaled(50, scale))),
    },
    {
      name: 'devices',
      columns: [
        'device_id',
        'site_id',
        'kind',
        'model',
        'unit',
        'nominal_min',
        'nominal_max',
        'firmware',
        'critical',
        'installed_at',
        'maintenance_due',
      ],
      rows: again(() => devices(seed, scaled(50, scale), scaled(2000, scale))),
    },
  ],
};

function* sites(seed: number, count: number): Generator<Cell[]> {
  const faker = fakerFor(seed, 'iot.sites');
  for (let number = 1; number <= count; number++) {
    const kind = drawSiteKind(faker);
    const { country, city } = drawPlace(faker);
    const nearby = (degrees: number) => Math.round((degrees + 0.2 * (faker.number.float() - 0.5)) * 1e4) / 1e4;
    yield [
      id('site', number),
      `${city.name} ${kind} ${number}`,
      kind,
      country.code,
      city.name,
      nearby(city.latitude),
      nearby(city.longitude),
    ];
  }
}

function* devices(seed: number, siteCount: number, count: number): Generator<Cell[]> {
  const faker = fakerFor(seed, 'iot.devices');
  const kinds = [...sites(seed, siteCount)].map((site) => site[2] as SiteKind);
  for (let number = 1; number <= count; number++) {
    // Squaring favours the sites with low numbers: the largest has some ten times as many devices as the median one.
    const site = Math.floor(siteCount * faker.number.float() ** 2);
    const siteKind = kinds[site]!;
    const device = drawDeviceKind[siteKind](faker);
    const [low, high] = rangeOf(faker, device.at?.[siteKind] ?? device.nominal);
    yield [
      id('device', number),
      id('site', site + 1),
      device.kind,
      faker.helpers.arrayElement(device.models),
      device.unit,
      low,
      high,
      `${faker.number.int({ min: 1, max: 4 })}.${faker.number.int(9)}.${faker.number.int(20)}`,
      chance(faker, 0.12),
      daysAgo(faker, 60, 2200),
      addDays(new Date(referenceDate), faker.number.int({ min: -30, max: 365 })),
    ];
  }
}

/** Each device is set up a little differently: its limits move by up to a twentieth of the range. */
function rangeOf(faker: Faker, [low, high]: readonly [number, number]): [number, number] {
  const moved = (limit: number) => limit + 0.1 * (high - low) * (faker.number.float() - 0.5);
  return [Math.round(Math.max(0, moved(low)) * 100) / 100, Math.round(moved(high) * 100) / 100];
}

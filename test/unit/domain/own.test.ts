import { describe, expect, test } from 'vitest';
import { domainFor, domains } from '../../../src/core/domain/registry.js';
import { noDistortions } from '../../../src/core/generate/distortions.js';
import type { Metadata } from '../../../src/core/generate/generator.js';
import { planWorkload } from '../../../src/core/generate/workload.js';
import { loadPipeline } from '../../../src/core/pipeline/load.js';
import { readEvents, start } from './fixtures.js';

/** Only what these tests look at. */
const pipeline = (key: string, fields: string) => `
pipeline: rides
version: 1
topic: { key: ${key}, partitions: 2 }
event:
  id: ride_id
  time: at
  fields:
    ride_id: string
    at: timestamp
${fields.trim().replaceAll(/^ */gm, '    ')}
windows:
  totals: { tumbling: [10s], aggregates: { rides: count() } }
`;

function ride(key: string, fields: string, metadata: Metadata = {}, count = 3_000): Record<string, unknown>[] {
  const plan = loadPipeline(pipeline(key, fields), 'rides.yaml');
  const domain = domainFor(plan);
  return readEvents<Record<string, unknown>>(
    planWorkload({
      plan,
      domain,
      metadata,
      seed: 1,
      run: 'r',
      start,
      rate: 100,
      arrival: { kind: 'constant' },
      skew: { kind: 'none' },
      distortions: noDistortions,
      count,
    }),
  );
}

describe('values of fields without metadata', () => {
  const events = ride(
    'driver',
    `driver: { type: string, generate: { cardinality: 30 } }
     kind: { type: string, values: [solo, pool] }
     city: { type: string, generate: { cardinality: 4 } }
     stops: { type: int, min: 1, max: 3 }
     zone: { type: int, min: 10, generate: { cardinality: 5 } }
     km: { type: float, min: 0, max: 40, generate: { distribution: normal, mean: 12, deviation: 3 } }
     fare: { type: decimal, scale: 2, min: 3, generate: { distribution: exponential, mean: 15 } }
     tip: { type: decimal, scale: 2, min: 0, max: 5, optional: true, generate: { absent: 0.4 } }
     paid: bool
     booked_at: timestamp`,
  );
  const all = (name: string) => events.map((event) => event[name]);
  const numbers = (name: string) => all(name).filter((value): value is number => typeof value === 'number');
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

  test('strings: their values, or so many of them; keys likewise', () => {
    expect(new Set(all('kind'))).toEqual(new Set(['solo', 'pool']));
    expect(new Set(all('city'))).toEqual(new Set(['city_0', 'city_1', 'city_2', 'city_3']));
    expect(new Set(all('driver')).size).toBe(30);
  });

  test('numbers keep their limits, digits and distribution', () => {
    expect(new Set(all('stops'))).toEqual(new Set([1, 2, 3]));
    expect(new Set(all('zone'))).toEqual(new Set([10, 11, 12, 13, 14]));
    expect(mean(numbers('km'))).toBeCloseTo(12, 0);
    expect(Math.min(...numbers('fare'))).toBeGreaterThanOrEqual(3);
    expect(mean(numbers('fare')) / 15).toBeCloseTo(1, 0);
    expect(numbers('fare').every((fare) => Math.abs(fare * 100 - Math.round(fare * 100)) < 1e-6)).toBe(true);
    expect(Math.max(...numbers('tip'))).toBeLessThanOrEqual(5);
    expect(numbers('tip').length / events.length).toBeCloseTo(0.6, 1);
  });

  test('bools are both, other times are the event time', () => {
    expect(new Set(all('paid'))).toEqual(new Set([true, false]));
    expect(events.every((event) => event.booked_at === event.at)).toBe(true);
  });
});

describe('values from metadata', () => {
  const metadata: Metadata = {
    drivers: Array.from({ length: 20 }, (_, n) => ({ driver_id: `d${n}`, car: `car of d${n}`, rating: `${n}.50` })),
    places: Array.from({ length: 9 }, (_, n) => ({ name: `p${n}`, zip: n, since: '2026-01-01T00:00:00Z', note: null })),
  };
  const fields = `
    driver: { type: string, generate: { from: drivers.driver_id } }
    car: { type: string, generate: { from: drivers.car } }
    rating: { type: decimal, scale: 2, generate: { from: drivers.rating } }
    place: { type: string, generate: { from: places.name } }
    zip: { type: int, generate: { from: places.zip } }
    since: { type: timestamp, generate: { from: places.since } }
    note: { type: string, optional: true, generate: { from: places.note } }`;

  test('one row per event and table, the key row for the table of the key', () => {
    const events = ride('driver', fields, metadata);
    for (const event of events) {
      expect(event.car).toBe(`car of ${event.driver}`);
      expect(event.rating).toBe(Number(String(event.driver).slice(1)) + 0.5);
      expect(event.place).toBe(`p${event.zip}`);
      expect(event.since).toBe(Date.UTC(2026, 0, 1));
      expect('note' in event).toBe(false);
    }
    expect(new Set(events.map((event) => event.driver)).size).toBe(20);
    expect(new Set(events.map((event) => event.place)).size).toBe(9);
  });

  test('says what a field cannot be made from', () => {
    expect(() => ride('driver', fields, {})).toThrow('rides.drivers has no rows');
    expect(() => ride('driver', fields, { drivers: metadata.drivers! })).toThrow('rides.places has no rows');
    expect(() => ride('driver', fields.replace('string, optional: true', 'string'), metadata)).toThrow(
      'event.fields.note: expected a string in every row of places.note, got null',
    );
    expect(() => ride('driver', fields.replace('places.zip', 'places.name'), metadata)).toThrow(
      'event.fields.zip: expected a int in every row of places.name, got "p0"',
    );
  });
});

test('a copy of a shipped file keeps its generator, unless it brings metadata of its own', () => {
  const copy = pipeline('device_id', 'device_id: string').replace('pipeline: rides', 'pipeline: iot');
  const own = `${copy}\nmetadata: { tables: { machines: { key: id, columns: { id: text }, rows: [{ id: a }] } } }`;
  expect(domainFor(loadPipeline(copy, 'iot.yaml'))).toBe(domains.iot);
  expect(domainFor(loadPipeline(own, 'iot.yaml'))).not.toBe(domains.iot);
  expect(() => domains.iot.source({ plan: loadPipeline(copy, 'iot.yaml'), keys: ['x'] } as never)).toThrow(
    'iot.yaml: expected the event field "value", which the generator of this domain fills',
  );
});

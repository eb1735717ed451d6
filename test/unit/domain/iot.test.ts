import { describe, expect, test } from 'vitest';
import { distinct, groupBy, readEvents, seededMetadata, shippedWorkload } from './fixtures.js';

interface Reading {
  device_id: string;
  value: number;
  status: string;
  battery?: number;
  fault_code?: string;
}

const metadata = seededMetadata('iot');
const devices = new Map(metadata.devices!.map((row) => [row.device_id, row]));

function rangeOf(reading: Reading) {
  const row = devices.get(reading.device_id)!;
  return { low: Number(row.nominal_min), high: Number(row.nominal_max) };
}

function isOutside(reading: Reading): boolean {
  const { low, high } = rangeOf(reading);
  return reading.value < low || reading.value > high;
}

describe('readings', () => {
  const events = readEvents<Reading>(shippedWorkload('iot', { count: 60_000, metadata }));

  test('healthy devices stay in their nominal range nearly always, and warn exactly when they do not', () => {
    const healthy = events.filter((event) => event.anomaly === undefined);
    expect(healthy.filter(isOutside).length / healthy.length).toBeLessThan(0.01);
    const read = events.filter((event) => event.status !== 'maintenance');
    expect(read.filter((event) => event.status !== (isOutside(event) ? 'warning' : 'ok'))).toEqual([]);
  });

  test('a spike lies far outside, a stuck sensor repeats itself, a drift moves away', () => {
    const faulty = events.filter((event) => event.anomaly !== undefined);
    const incidents = [...groupBy(faulty, (event) => event.incident).values()];
    const kinds = groupBy(incidents, (incident) => incident[0]!.anomaly!);
    expect([...kinds.keys()].sort()).toEqual(['drift', 'spike', 'stuck_sensor']);
    expect(incidents.filter((incident) => distinct(incident, (event) => event.device_id) > 1)).toEqual([]);
    // A sensor that cannot go below 0 may show 0 instead of something far below.
    const spikes = kinds.get('spike')!;
    expect(spikes.filter((spike) => spike.length > 1 || !(isOutside(spike[0]!) || spike[0]!.value === 0))).toEqual([]);
    expect(kinds.get('stuck_sensor')!.filter((stuck) => distinct(stuck, (event) => event.value) > 1)).toEqual([]);
    const drifts = kinds.get('drift')!.filter((drift) => drift.length > 40);
    const moved = drifts.map((drift) => {
      const { low, high } = rangeOf(drift[0]!);
      return Math.abs(drift.at(-1)!.value - drift[0]!.value) / (high - low);
    });
    expect(Math.min(...moved)).toBeGreaterThan(0.2);
    expect(moved.length).toBeGreaterThan(2);
  });

  test('batteries only drain, until somebody comes; drifts end with a visit too', () => {
    const last = new Map<string, number>();
    const charged = events.filter((event) => {
      if (event.battery === undefined) return false;
      const before = last.get(event.device_id) ?? 100;
      last.set(event.device_id, event.fault_code === 'battery_replaced' ? 100 : event.battery);
      return event.battery > before;
    });
    expect(charged).toEqual([]);
    const visits = events.filter((event) => event.status === 'maintenance');
    expect(new Set(visits.map((event) => event.fault_code))).toEqual(new Set(['recalibrated', 'battery_replaced']));
    expect(events.filter((event) => event.fault_code !== undefined)).toHaveLength(visits.length);
  });
});

test('temperatures follow the day: warmer in the afternoon than at night', () => {
  const at = (hour: number) => {
    const events = readEvents<Reading>(shippedWorkload('iot', { count: 10_000, start: Date.UTC(2026, 0, 1, hour) }));
    const values = events.filter((event) => !event.anomaly && devices.get(event.device_id)!.kind === 'temperature');
    return values.reduce((sum, event) => sum + event.value, 0) / values.length;
  };
  expect(at(16)).toBeGreaterThan(at(4) + 4);
});

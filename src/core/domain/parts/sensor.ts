import type { Scalar } from '../../generate/generator.js';
import type { Random } from '../../generate/random.js';
import { numberIn } from './rows.js';

export type Fault = 'none' | 'spike' | 'stuck_sensor' | 'drift';

export interface Sensor {
  low: number;
  high: number;
  /** Half of the nominal range: the unit of all that moves. */
  half: number;
  /** Swing over the day, and the part of the day at which it starts, in turns. */
  swing: number;
  phase: number;
  noise: number;
  drift: number;
  driftStep: number;
  /** The last reading, which a stuck sensor repeats. */
  value: number;
  /** Percent; -1 for a device on mains. */
  battery: number;
  drain: number;
  signal: number;
  digits: number;
  /** The least that can be measured. */
  floor: number;
  fault: Fault;
  faultLeft: number;
  incident: number;
}

/** How much of half the nominal range a healthy device moves through within a day. */
const swings: Readonly<Record<string, number>> = {
  temperature: 0.5,
  humidity: 0.4,
  pressure: 0.1,
  vibration: 0.2,
  power: 0.6,
  flow: 0.4,
};
const onMains: readonly string[] = ['power', 'flow'];
const dayMs = 86_400_000;
const noiseMemory = 0.9;
const noiseStep = 0.035;

/** A device as its row describes it, at a random point of its life. */
export function newSensor(row: Readonly<Record<string, Scalar>>, random: Random): Sensor {
  const kind = String(row.kind);
  const low = numberIn(row, 'nominal_min');
  const high = numberIn(row, 'nominal_max', 1);
  return {
    low,
    high,
    half: (high - low) / 2,
    swing: (swings[kind] ?? 0.3) * (0.7 + 0.6 * random.float()),
    phase: random.float() * 0.1,
    noise: 0,
    drift: 0,
    driftStep: 0,
    value: (low + high) / 2,
    battery: onMains.includes(kind) ? -1 : 5 + 95 * random.float(),
    drain: 0.005 + 0.03 * random.float(),
    signal: -50 - random.int(40),
    digits: kind === 'vibration' || kind === 'pressure' ? 1000 : 100,
    floor: kind === 'temperature' ? Number.NEGATIVE_INFINITY : 0,
    fault: 'none',
    faultLeft: 0,
    incident: 0,
  };
}

/** The next reading, rounded to what the device shows. Warmest in mid-afternoon by UTC; noise is an AR(1) process. */
export function sense(sensor: Sensor, time: number, random: Random): number {
  const { half, low } = sensor;
  sensor.noise = noiseMemory * sensor.noise + noiseStep * random.normal();
  if (sensor.fault === 'stuck_sensor') return sensor.value;
  if (sensor.fault === 'drift') sensor.drift += sensor.driftStep;
  const turn = (time % dayMs) / dayMs - 0.375 - sensor.phase;
  const regular = sensor.swing * Math.sin(2 * Math.PI * turn) + sensor.noise;
  let value = low + half * (1 + regular) + sensor.drift;
  if (sensor.fault === 'spike') value += half * (random.chance(0.5) ? 1 : -1) * (3 + 3 * random.float());
  sensor.value = Math.round(Math.max(sensor.floor, value) * sensor.digits) / sensor.digits;
  return sensor.value;
}

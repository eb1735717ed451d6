import type { Anomaly, Domain, EventSource, EventValues, PartitionContext } from '../generate/generator.js';
import type { Random } from '../generate/random.js';
import { blankEvent, columnsOf } from './parts/columns.js';
import { rowsByKey, rowsOf } from './parts/rows.js';
import { newSensor, type Sensor, sense } from './parts/sensor.js';

/**
 * Sensors. Each reading is the middle of the device's nominal range, a curve over the day, noise that remembers itself, and now and then a
 * fault: a spike (one reading far out), a stuck sensor (the same value again and again), a drift (further off with each reading, until somebody
 * comes). Batteries drain; an empty one, like a drift, ends in a maintenance event. Anomalies: spike, stuck_sensor, drift.
 */
export const iot: Domain = {
  name: 'iot',
  reads: { devices: ['device_id', 'kind', 'nominal_min', 'nominal_max'] },
  key: { table: 'devices', column: 'device_id' },
  source: (context) => new Fleet(context),
};

/** Chances per reading. */
const faults = { spike: 0.001, stuck: 0.0003, drift: 0.0002 };
const emptyBattery = 5;

class Fleet implements EventSource {
  private readonly context: PartitionContext;
  private readonly random: Random;
  private readonly columns;
  private readonly sensors: readonly Sensor[];
  private incidents = 0;
  private last: Anomaly | undefined;

  constructor(context: PartitionContext) {
    const { plan, metadata, random, keys } = context;
    this.context = context;
    this.random = random;
    this.columns = columnsOf(plan, ['device_id', 'value', 'status', 'battery', 'signal_dbm', 'fault_code']);
    const rows = rowsByKey(rowsOf(metadata, 'iot', 'devices'), 'device_id');
    this.sensors = keys.map((key) => newSensor(rows.get(key)!, random));
  }

  next(time: number): EventValues {
    const { context, columns, random } = this;
    const index = context.drawKeyIndex();
    const sensor = this.sensors[index]!;
    const event = blankEvent(context.plan);
    event[columns.device_id] = context.keys[index]!;
    event[columns.signal_dbm] = sensor.signal - random.int(8);
    if (sensor.fault === 'none') this.startFault(sensor);
    const value = sense(sensor, time, random);
    event[columns.value] = value;
    event[columns.status] = value < sensor.low || value > sensor.high ? 'warning' : 'ok';
    this.last = sensor.fault === 'none' ? undefined : { kind: sensor.fault, incident: sensor.incident };
    if (sensor.battery >= 0) event[columns.battery] = this.drain(sensor);
    const reason = this.goOn(sensor);
    if (reason) {
      event[columns.status] = 'maintenance';
      event[columns.fault_code] = reason;
    }
    return event;
  }

  anomaly(): Anomaly | undefined {
    return this.last;
  }

  private startFault(sensor: Sensor): void {
    const { random } = this;
    const draw = random.float();
    if (draw >= faults.spike + faults.stuck + faults.drift) return;
    sensor.incident = ++this.incidents;
    if (draw < faults.spike) {
      sensor.fault = 'spike';
      sensor.faultLeft = 1;
    } else if (draw < faults.spike + faults.stuck) {
      sensor.fault = 'stuck_sensor';
      sensor.faultLeft = 20 + random.int(41);
    } else {
      sensor.fault = 'drift';
      sensor.faultLeft = 50 + random.int(101);
      sensor.driftStep = (random.chance(0.5) ? 0.03 : -0.03) * sensor.half;
    }
  }

  /** In percent, one digit after the point. */
  private drain(sensor: Sensor): number {
    sensor.battery = Math.max(0, sensor.battery - sensor.drain);
    return Math.round(sensor.battery * 10) / 10;
  }

  /** After a reading: the fault wears off, or the device needs somebody; then the reading is the one that this person takes. */
  private goOn(sensor: Sensor): 'recalibrated' | 'battery_replaced' | undefined {
    const ended = sensor.fault !== 'none' && --sensor.faultLeft === 0 ? sensor.fault : 'none';
    if (ended !== 'none') sensor.fault = 'none';
    if (ended === 'drift') {
      sensor.drift = 0;
      return 'recalibrated';
    }
    if (sensor.battery < 0 || sensor.battery >= emptyBattery) return undefined;
    sensor.battery = 100;
    return 'battery_replaced';
  }
}

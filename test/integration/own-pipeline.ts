import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const files = mkdtempSync(join(tmpdir(), 'pipe-own-'));
process.once('exit', () => rmSync(files, { recursive: true, force: true }));

/** A pipeline file with short times, every kind of window and key, and no metadata; `topic` lets two of them read one topic. */
export function ownPipeline(name: string, { topic = `${name}.events`, partitions = 2 } = {}): string {
  const file = join(mkdtempSync(join(files, 'file-')), `${name}.yaml`);
  writeFileSync(file, textOf(name, topic, partitions));
  return file;
}

export function textOf(name: string, topic: string, partitions: number): string {
  return `
pipeline: ${name}
version: 1
topic: { name: ${topic}, partitions: ${partitions}, key: sensor }
event:
  id: id
  time: at
  fields:
    id: string
    at: timestamp
    sensor: { type: string, generate: { cardinality: 20 } }
    kind: { type: string, values: [a, b, c] }
    value: { type: float, min: 0, max: 100 }
    price: { type: decimal, scale: 2, min: 0, max: 60 }
    floor: { type: int, min: 1, max: 4, optional: true, generate: { absent: 0.2 } }
time: { out_of_orderness: 500, allowed_lateness: 5s, max_future_skew: 1m, idle_timeout: 1s }
deduplicate: { horizon: 1m }
windows:
  stats:
    tumbling: [1s, 10s]
    by: [kind]
    aggregates:
      events: count()
      turnover: sum(price)
      mean: avg(value)
      median: quantile(value, 0.5)
      sensors: count_distinct(sensor)
      first_sensor: first(sensor)
      last_price: last(price)
      upstairs: { value: count(), where: floor > 1 }
  moving:
    hopping: [{ size: 6s, advance: 2s }]
    where: kind != "c"
    by: [floor]
    aggregates: { events: count(), dearest: max(price), cheapest: min(price) }
`;
}

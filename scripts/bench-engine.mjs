/**
 * Events per second of CPU time of the pure engine on batches that are decoded already, and of the reference decoder before it: no Kafka, no ClickHouse.
 *   node scripts/bench-engine.mjs [events] [case]
 * Needs a build. Absolute figures depend on the machine and move from run to run; compare within one run.
 */
import { loadPipeline } from '../dist/core/pipeline/load.js';
import { ReferenceDecoder } from '../dist/core/process/decode/reference.js';
import { Dictionary } from '../dist/core/process/dictionary.js';
import { Engine } from '../dist/core/process/engine.js';

const events = Number(process.argv[2] ?? 2_000_000);
const only = process.argv[3];
const partitions = 4;
const batchSize = 4096;
const aDay = 86_400_000;
const start = Math.floor(1_750_000_000_000 / aDay) * aDay;

const pipeline = (windows) => `
pipeline: bench
version: 1
topic: { key: user_id, partitions: ${partitions} }
event:
  id: event_id
  time: event_time
  fields:
    event_id: string
    event_time: timestamp
    event_type: { type: string, values: [view, cart, purchase] }
    user_id: string
    category: string
    country: string
    price: { type: decimal, scale: 2 }
    quantity: int
    value: float
windows:
${windows}
`;

const cases = {
  'count + sum, 2 keys, 10s': `
  w: { tumbling: [10s], by: [category, country], aggregates: { n: count(), revenue: sum(price) } }`,
  'count + sum, 2 keys, 10s 1m 1h 1d': `
  w: { tumbling: [10s, 1m, 1h, 1d], by: [category, country], aggregates: { n: count(), revenue: sum(price) } }`,
  'count + sum, 2 keys, 10m every 10s': `
  w: { hopping: [{ size: 10m, advance: 10s }], by: [category, country], aggregates: { n: count(), revenue: sum(price) } }`,
  'sum(price * quantity) with filters': `
  w:
    tumbling: [10s]
    where: event_type != "cart"
    by: [category, country]
    aggregates: { n: count(), revenue: { value: sum(price * quantity), where: event_type == "purchase" } }`,
  'count_distinct(user), 10s': `
  w: { tumbling: [10s], by: [category], aggregates: { n: count(), users: count_distinct(user_id) } }`,
  'all functions, 10s': `
  w:
    tumbling: [10s]
    by: [category]
    aggregates:
      n: count()
      total: sum(price)
      mean: avg(value)
      least: min(value)
      most: max(value)
      users: count_distinct(user_id)
      about: approx_count_distinct(user_id)
      p95: quantile(value, 0.95)
      opening: first(price)
      closing: last(price)`,
  'count by user (20,000 groups), 10s': `
  w: { tumbling: [10s], by: [user_id], aggregates: { n: count(), total: sum(price) } }`,
};

/** CPU time of this process: on a busy machine it says more than the clock. */
function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The same pseudo-random sequence in every run. */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Columns as a fast decoder would fill them: 10,000 events of event time per second, up to 2 s out of order. */
function makeBatch(plan, dictionary, ids, first, random) {
  const size = batchSize;
  const column = (name) => plan.fields.findIndex((field) => field.name === name);
  const numbers = (of) => ({ kind: 'number', values: Float64Array.from({ length: size }, (_, row) => of(row)) });
  const interned = (texts) => ({
    kind: 'interned',
    ids: Int32Array.from({ length: size }, () => texts[Math.floor(random() ** 2 * texts.length)]),
    dictionary,
  });
  const buffer = new Uint8Array(size * 36);
  const starts = new Int32Array(size);
  const ends = new Int32Array(size);
  for (let row = 0; row < size; row++) {
    const word = () =>
      Math.floor(random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0');
    const hex = word() + word() + word() + word();
    const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    for (let at = 0; at < 36; at++) buffer[row * 36 + at] = uuid.charCodeAt(at);
    starts[row] = row * 36;
    ends[row] = starts[row] + 36;
  }
  const columns = [];
  columns[column('event_id')] = { kind: 'bytes', buffer, starts, ends };
  columns[column('event_time')] = numbers(
    (row) => start + Math.floor((first + row) / 10) - Math.floor(random() * 2000),
  );
  columns[column('event_type')] = interned(ids.types);
  columns[column('user_id')] = plan.fields[column('user_id')].interned
    ? interned(ids.users)
    : { kind: 'bytes', buffer, starts, ends };
  columns[column('category')] = interned(ids.categories);
  columns[column('country')] = plan.fields[column('country')].interned
    ? interned(ids.countries)
    : { kind: 'bytes', buffer, starts, ends };
  columns[column('price')] = numbers(() => Math.floor(random() * 20_000));
  columns[column('quantity')] = numbers(() => 1 + Math.floor(random() * 5));
  columns[column('value')] = numbers(() => random() * 1000);
  return {
    size,
    columns,
    offsets: Float64Array.from({ length: size }, (_, row) => first + row),
    recordTimes: columns[column('event_time')].values,
    records: undefined,
    faults: new Uint8Array(size),
    faultColumns: new Int16Array(size).fill(-1),
  };
}

function idsOf(dictionary) {
  const some = (prefix, count) => Array.from({ length: count }, (_, index) => dictionary.idOf(`${prefix}${index}`));
  return {
    types: ['view', 'cart', 'purchase'].map((text) => dictionary.idOf(text)),
    users: some('user-', 20_000),
    categories: some('category-', 20),
    countries: some('country-', 50),
  };
}

function runEngine(windows) {
  const plan = loadPipeline(pipeline(windows), 'bench.yaml');
  const dictionary = new Dictionary();
  const engine = new Engine(
    plan,
    Array.from({ length: partitions }, (_, index) => index),
    { dictionary },
  );
  const ids = idsOf(dictionary);
  const random = randomFrom(1);
  let spent = 0;
  let rows = 0;
  let slowest = 0;
  let done = 0;
  for (let batchNumber = 0; done < events; batchNumber++, done += batchSize) {
    const batch = makeBatch(plan, dictionary, ids, done, random);
    batch.partition = batchNumber % partitions;
    const before = cpuSeconds();
    engine.process(batch);
    for (const window of engine.advance()) rows += window.rows.length;
    const took = cpuSeconds() - before;
    slowest = Math.max(slowest, took);
    spent += took;
  }
  return { rate: done / spent, rows, slowest, size: engine.size() };
}

/** JSON.parse per record of events of about 250 bytes. */
function runDecoder() {
  const plan = loadPipeline(pipeline(cases['count + sum, 2 keys, 10s']), 'bench.yaml');
  const random = randomFrom(1);
  const texts = Array.from({ length: batchSize }, (_, row) =>
    JSON.stringify({
      event_id: `0190f3a2-7c1e-7000-8000-${row.toString(16).padStart(12, '0')}`,
      event_time: start + row,
      event_type: 'purchase',
      user_id: `user-${Math.floor(random() * 20_000)}`,
      category: `category-${Math.floor(random() * 20)}`,
      country: `country-${Math.floor(random() * 50)}`,
      price: Math.floor(random() * 20_000) / 100,
      quantity: 1 + Math.floor(random() * 5),
      value: random() * 1000,
    }),
  );
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  const buffer = new Uint8Array(encoded.reduce((sum, each) => sum + each.length, 0));
  const valueStarts = new Int32Array(batchSize);
  const valueEnds = new Int32Array(batchSize);
  let used = 0;
  encoded.forEach((bytes, row) => {
    valueStarts[row] = used;
    buffer.set(bytes, used);
    used += bytes.length;
    valueEnds[row] = used;
  });
  const keys = new Int32Array(batchSize).fill(-1);
  const fetched = {
    partition: 0,
    size: batchSize,
    offsets: Float64Array.from({ length: batchSize }, (_, row) => row),
    recordTimes: new Float64Array(batchSize).fill(start),
    records: { buffer, keyStarts: keys, keyEnds: keys, valueStarts, valueEnds },
  };
  const decoder = new ReferenceDecoder(plan, new Dictionary());
  let done = 0;
  const before = cpuSeconds();
  for (; done < Math.min(events, 400_000); done += batchSize) decoder.decode(fetched);
  return { rate: done / (cpuSeconds() - before), bytes: Math.round(used / batchSize) };
}

const decoder = runDecoder();
const thousands = (value) => `${(value / 1000).toFixed(0)} k`.padStart(8);
console.log(`${events} events, ${partitions} partitions, batches of ${batchSize}, Node ${process.version}`);
console.log(`${thousands(decoder.rate)} events/s          reference decoder alone (${decoder.bytes} bytes an event)`);
for (const [name, windows] of Object.entries(cases)) {
  if (only && !name.includes(only)) continue;
  const { rate, rows, slowest, size } = runEngine(windows);
  const megabytes = ((size.windowBytes + size.deduplicationBytes) / 2 ** 20).toFixed(0);
  console.log(
    `${thousands(rate)} events/s ${(rate / decoder.rate).toFixed(1).padStart(5)} x  ${name}: ` +
      `${rows} rows, slowest batch ${(slowest * 1000).toFixed(1)} ms, state ${megabytes} MiB in ${size.groups} groups`,
  );
}

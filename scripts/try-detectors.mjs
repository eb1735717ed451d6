/**
 * Precision, recall and delay of a shipped pipeline's detectors on what its generator makes abnormal on purpose, without any service: generator, decoder and
 * engine in one process, metadata as `pipe seed --scale N` makes them.
 *   node scripts/try-detectors.mjs DOMAIN|all [--rate 1000] [--minutes 5] [--seed 1] [--scale 1] [--late 0.1:200ms..30s]
 * Needs a build. An alert is right when it comes after the first event of an incident that its detector `finds`, with the same keys, and at most a minute after the last;
 * an incident counts when it ended a minute before the end. Delay is event time, from the incident's first event.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { domains } from '../dist/core/domain/registry.js';
import { noDistortions, parseLate } from '../dist/core/generate/distortions.js';
import { partitionEvents } from '../dist/core/generate/partition-run.js';
import { planWorkload } from '../dist/core/generate/workload.js';
import { enrichmentValue } from '../dist/core/metadata/enrichment-value.js';
import { domainRows } from '../dist/core/metadata/rows/registry.js';
import { loadPipeline } from '../dist/core/pipeline/load.js';
import { ReferenceDecoder } from '../dist/core/process/decode/reference.js';
import { Dictionary } from '../dist/core/process/dictionary.js';
import { Engine } from '../dist/core/process/engine.js';
import { EnrichmentTables } from '../dist/core/process/enrich.js';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rate: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    scale: { type: 'string', default: '1' },
    late: { type: 'string' },
  },
});
const toleranceMs = 60_000;
const batchRecords = 2_000;
const start = Date.UTC(2026, 0, 1, 12);

const wanted = positionals[0] === 'all' ? Object.keys(domains) : positionals;
if (wanted.length === 0 || wanted.some((name) => !domains[name])) {
  console.error(`error: expected ${Object.keys(domains).join(', ')} or all`);
  process.exit(2);
}
for (const name of wanted) tryDomain(name);

function tryDomain(name) {
  const file = new URL(`../configs/pipelines/${name}.yaml`, import.meta.url);
  const plan = loadPipeline(readFileSync(file, 'utf8'), name);
  const tables = Object.fromEntries(
    domainRows[name].tables(1, Number(flags.scale)).map((table) => [table.name, rowsOf(table)]),
  );
  const workload = planWorkload({
    plan,
    domain: domains[name],
    metadata: Object.fromEntries(Object.keys(domains[name].reads).map((table) => [table, tables[table]])),
    seed: Number(flags.seed),
    run: 'try',
    start,
    rate: Number(flags.rate),
    durationMs: Number(flags.minutes) * 60_000,
    arrival: { kind: 'constant' },
    skew: { kind: 'none' },
    distortions: flags.late ? { ...noDistortions, late: parseLate(flags.late) } : noDistortions,
  });
  const dictionary = new Dictionary();
  const enrichment = new EnrichmentTables(plan, dictionary);
  for (const [index, step] of plan.enrich.entries()) enrichment.loadStep(index, joined(plan, step, tables[step.table]));
  const engine = new Engine(
    plan,
    workload.partitions.map(({ partition }) => partition),
    { dictionary, enrichment },
  );
  const decoder = new ReferenceDecoder(plan, dictionary);
  const incidents = new Map();
  const alerts = [];
  const partitions = workload.partitions.map(({ partition }) => ({
    partition,
    events: partitionEvents(workload, partition)[Symbol.iterator](),
    offset: 0,
  }));
  // The partition that is furthest behind goes on, as rows of windows wait for all of them.
  for (let open = partitions; open.length > 0; open = open.filter(({ ended }) => !ended)) {
    const next = open.reduce((a, b) => (b.offset < a.offset ? b : a));
    const batch = fetched(next, incidents);
    if (batch.size === 0) continue;
    alerts.push(...engine.process(decoder.decode(batch)).alerts);
    engine.advance();
    alerts.push(...engine.takeAlerts());
  }
  print(name, plan, incidents, alerts, start + workload.durationMs);
}

/** Up to batchRecords records as they come from Kafka; what is abnormal about them goes to `incidents`. */
function fetched(from, incidents) {
  const parts = [];
  const records = { keyStarts: [], keyEnds: [], valueStarts: [], valueEnds: [] };
  const offsets = [];
  const recordTimes = [];
  let at = 0;
  while (offsets.length < batchRecords) {
    const { done, value: event } = from.events.next();
    if (done) {
      from.ended = true;
      break;
    }
    const bytes = event.buffer.subarray(event.start, event.end);
    parts.push(Buffer.from(bytes));
    records.keyStarts.push(-1);
    records.keyEnds.push(-1);
    records.valueStarts.push(at);
    at += bytes.length;
    records.valueEnds.push(at);
    offsets.push(from.offset++);
    recordTimes.push(event.recordTime);
    if (event.anomaly && !event.repeat) note(event, incidents);
  }
  const ints = Object.fromEntries(Object.entries(records).map(([name, list]) => [name, Int32Array.from(list)]));
  return {
    partition: from.partition,
    size: offsets.length,
    offsets: Float64Array.from(offsets),
    recordTimes: Float64Array.from(recordTimes),
    records: { buffer: Buffer.concat(parts), ...ints },
  };
}

function note({ partition, anomaly, values, at, lateBy }, incidents) {
  const id = `${partition}/${anomaly.kind}/${anomaly.incident}`;
  const time = Math.floor(at) - lateBy;
  const incident = incidents.get(id) ?? { kind: anomaly.kind, events: [], first: time, last: time };
  incidents.set(id, incident);
  incident.events.push({ time, values });
  incident.first = Math.min(incident.first, time);
  incident.last = Math.max(incident.last, time);
}

function print(name, plan, incidents, alerts, end) {
  const table = new Table({
    head: ['detector', 'alerts', 'right', 'precision', 'finds', 'incidents', 'found', 'recall', 'median delay'],
    style: { head: [], border: [] },
  });
  for (const detector of plan.detect) {
    const columns = keyColumns(plan, detector);
    const reach = toleranceMs + (detector.input.kind === 'window' ? detector.input.size : 0);
    const byKey = new Map();
    for (const incident of incidents.values())
      for (const key of new Set(incident.events.map(({ values }) => textOf(columns.map((column) => values[column])))))
        byKey.set(key, [...(byKey.get(key) ?? []), incident]);
    const own = alerts.filter((alert) => alert.detector === detector.name);
    const delays = new Map();
    const causes = new Map();
    let right = 0;
    for (const alert of own) {
      const key = textOf(detector.input.by.map((column) => alert.keys[detector.input.fields[column].name]));
      const causing = (byKey.get(key) ?? []).filter(
        ({ first, last }) => alert.time >= first && alert.time <= last + reach,
      );
      const found = causing.filter(({ kind }) => detector.finds.includes(kind));
      if (found.length > 0) right++;
      else
        for (const kind of causing.length > 0 ? causing.map((each) => each.kind) : ['nothing'])
          causes.set(kind, (causes.get(kind) ?? 0) + 1);
      for (const incident of found)
        delays.set(incident, Math.min(delays.get(incident) ?? Number.POSITIVE_INFINITY, alert.time - incident.first));
    }
    const meant = [...incidents.values()].filter(
      ({ kind, last }) => detector.finds.includes(kind) && last <= end - toleranceMs,
    );
    const found = meant.filter((incident) => delays.has(incident));
    const sorted = [...delays.values()].sort((a, b) => a - b);
    const labelled = detector.finds.length > 0;
    table.push([
      detector.name,
      own.length,
      labelled ? right : '-',
      labelled && own.length > 0 ? (right / own.length).toFixed(3) : '-',
      detector.finds.join(' ') || '-',
      labelled ? meant.length : '-',
      labelled ? found.length : '-',
      labelled && meant.length > 0 ? (found.length / meant.length).toFixed(3) : '-',
      sorted.length > 0 ? `${(sorted[sorted.length >> 1] / 1000).toFixed(1)} s` : '-',
    ]);
    if (labelled && causes.size > 0)
      console.error(
        `${detector.name}: wrong ones came from ${[...causes].map(([kind, count]) => `${kind} ${count}`).join(', ')}`,
      );
  }
  console.log(
    `${name}, ${flags.rate} events/s, ${flags.minutes} minutes, metadata of scale ${flags.scale}, seed ${flags.seed}`,
  );
  console.log(table.toString());
}

/** Of the event: what the detector, or its window, goes by. */
function keyColumns({ windows }, { input }) {
  return input.kind === 'events' ? input.by : windows.find(({ name }) => name === input.window).by;
}

function textOf(values) {
  return JSON.stringify(values.map((value) => value ?? null));
}

function rowsOf({ columns, rows }) {
  return [...rows].map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
}

/** Rows of a look-up as the engine takes them. */
function joined(plan, { keyColumn, take }, rows) {
  return rows.map((row) => ({
    key: row[keyColumn],
    values: take.map(({ column, from }) => {
      const cell = row[from];
      const text =
        cell === null || cell === undefined ? null : cell instanceof Date ? cell.toISOString() : String(cell);
      return enrichmentValue(text, 0, plan.fields[column]);
    }),
  }));
}

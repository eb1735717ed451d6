import type { Plan, PlanField } from '../plan.js';
import type { PipelineFile } from '../schema.js';
import { resolveDetectors } from './detectors.js';
import { resolveEnrichments } from './enrichments.js';
import { eventFields } from './event-fields.js';
import { internedColumns } from './interned.js';
import { checkMetadata } from './metadata.js';
import type { Problems } from './problems.js';
import { unknown } from './problems.js';
import { checkQueries } from './queries.js';
import { checkTimes } from './times.js';
import { resolveWindows } from './windows.js';

/** The plan of a file that has the right form. What is wrong in meaning goes to `problems`; the plan is only good when nothing did. */
export function resolvePlan(file: PipelineFile, source: string, problems: Problems): Plan {
  checkMetadata(file, problems);
  const own = eventFields(file, problems);
  const { fields: taken, enrich } = resolveEnrichments(file, own, problems);
  const fields = [...own, ...taken];
  const windows = resolveWindows(file, fields, problems);
  const detect = resolveDetectors(file, fields, windows, problems);
  const interned = internedColumns(fields, enrich, windows, detect);
  checkTimes(file, problems);
  checkQueries(file, problems);
  checkNames(file, problems);
  return {
    name: file.pipeline,
    description: file.description,
    source,
    topics: topicsOf(file),
    partitions: file.topic.partitions,
    retentionMs: file.topic.retention,
    maxBytes: file.topic.max_bytes,
    fields: fields.map((field, column) => ({ ...field, interned: interned.has(column) })),
    eventFields: own.length,
    id: requiredField(['event', 'id'], file.event.id, 'string', own, problems),
    time: requiredField(['event', 'time'], file.event.time, 'timestamp', own, problems),
    key: requiredField(['topic', 'key'], file.topic.key, 'string', own, problems),
    outOfOrderness: file.time.out_of_orderness,
    allowedLateness: file.time.allowed_lateness,
    maxFutureSkew: file.time.max_future_skew,
    idleTimeout: file.time.idle_timeout,
    horizon: file.deduplicate.horizon,
    enrich,
    windows,
    detect,
    store: resolveStore(file, fields, problems),
    queries: file.queries,
    metadata: file.metadata,
  };
}

function topicsOf(file: PipelineFile): Plan['topics'] {
  const name = file.pipeline;
  return {
    events: file.topic.name ?? `${name}.events`,
    late: `${name}.late`,
    deadLetters: `${name}.dlq`,
    alerts: `${name}.alerts`,
  };
}

function checkNames(file: PipelineFile, problems: Problems): void {
  const { events, ...others } = topicsOf(file);
  if (Object.values(others).includes(events))
    problems.add(['topic', 'name'], `"${events}" is the topic of another stream of this pipeline; take another name`);
  if (file.pipeline.startsWith('pg_') || ['information_schema', 'public', 'pipe'].includes(file.pipeline))
    problems.add(['pipeline'], `"${file.pipeline}" is a schema of PostgreSQL's or pipe's own; take another name`);
}

/** The column of a field that every event must carry. */
function requiredField(
  path: readonly string[],
  name: string,
  type: PlanField['type'],
  own: readonly PlanField[],
  problems: Problems,
): number {
  const column = own.findIndex((field) => field.name === name);
  const field = own[column];
  if (!field) problems.add(path, unknown('field', name, own.map(nameOf)));
  else if (field.type !== type)
    problems.add(path, `expected a field of type ${type}, got "${name}" of type ${field.type}`);
  else if (field.optional)
    problems.add(path, `expected a field that is always there, got "${name}", which is optional`);
  return column;
}

function resolveStore(file: PipelineFile, fields: readonly PlanField[], problems: Problems): Plan['store'] {
  const known = fields.map(nameOf);
  const order = file.store.raw.order_by ?? [];
  order.forEach((name, index) => {
    const path = ['store', 'raw', 'order_by', index];
    if (!known.includes(name)) problems.add(path, unknown('field', name, known));
    if (order.indexOf(name) !== index) problems.add(path, `"${name}" is listed twice`);
  });
  for (const part of ['raw', 'windows', 'alerts'] as const)
    if (file.store[part].ttl === 0)
      problems.add(['store', part, 'ttl'], 'expected more than 0; leave it out to keep all');
  const { raw, windows, alerts } = file.store;
  return { raw, windows, alerts: { ttl: alerts.ttl ?? windows.ttl } };
}

function nameOf(field: PlanField): string {
  return field.name;
}

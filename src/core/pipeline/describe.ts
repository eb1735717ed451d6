import { formatDuration } from '../runtime/units.js';
import { toText } from './expression/text.js';
import type { Plan, PlanAggregate, PlanDetector, PlanField, PlanWindow } from './plan.js';

/** A plan for people: every default filled in, names in place of columns, durations and expressions as the file writes them. */
export function describePlan(plan: Plan) {
  const nameOf = (column: number) => plan.fields[column]!.name;
  return {
    pipeline: plan.name,
    description: plan.description,
    source: plan.source,
    topics: plan.topics,
    partitions: plan.partitions,
    key: nameOf(plan.key),
    retention: formatDuration(plan.retentionMs),
    max_bytes: plan.maxBytes,
    event: { id: nameOf(plan.id), time: nameOf(plan.time) },
    fields: Object.fromEntries(plan.fields.map((field) => [field.name, describeField(field)])),
    time: {
      out_of_orderness: formatDuration(plan.outOfOrderness),
      allowed_lateness: formatDuration(plan.allowedLateness),
      max_future_skew: formatDuration(plan.maxFutureSkew),
      idle_timeout: formatDuration(plan.idleTimeout),
    },
    deduplicate: { horizon: formatDuration(plan.horizon) },
    enrich: plan.enrich.map(({ table, on, keyColumn, take }) => ({
      table,
      on: { field: nameOf(on), column: keyColumn },
      take: Object.fromEntries(take.map(({ column, from }) => [nameOf(column), from])),
    })),
    windows: Object.fromEntries(plan.windows.map((window) => [window.name, describeWindow(window, nameOf)])),
    detect: Object.fromEntries(plan.detect.map((detector) => [detector.name, describeDetector(detector)])),
    store: {
      raw: { ...ttlOf(plan.store.raw.ttl), ...(plan.store.raw.order_by ? { order_by: plan.store.raw.order_by } : {}) },
      windows: ttlOf(plan.store.windows.ttl),
      alerts: ttlOf(plan.store.alerts.ttl),
    },
    queries: Object.fromEntries(
      Object.entries(plan.queries).map(([name, { description, params }]) => [name, { description, params }]),
    ),
    metadata: Object.keys(plan.metadata?.tables ?? {}),
  };
}

function ttlOf(ttl: number | undefined) {
  return ttl === undefined ? {} : { ttl: formatDuration(ttl) };
}

function describeField({ type, scale, optional, interned, origin }: PlanField) {
  return {
    type: type === 'decimal' ? `decimal(${scale})` : type,
    origin,
    ...(optional ? { optional } : {}),
    ...(interned ? { interned } : {}),
  };
}

function describeWindow(window: PlanWindow, nameOf: (column: number) => string) {
  return {
    ...describeTimes(window),
    ...(window.where ? { where: toText(window.where) } : {}),
    by: window.by.map(nameOf),
    aggregates: Object.fromEntries(
      window.aggregates.map((aggregate) => [aggregate.name, describeAggregate(aggregate)]),
    ),
  };
}

function describeDetector({ kind, settings, input, where, severity, cooldown, forget, finds }: PlanDetector) {
  return {
    kind,
    ...(input.kind === 'window' ? { window: input.window, size: formatDuration(input.size) } : {}),
    by: input.by.map((column) => input.fields[column]!.name),
    ...(where ? { where: toText(where) } : {}),
    ...settings,
    severity,
    cooldown: formatDuration(cooldown),
    forget: formatDuration(forget),
    ...(finds.length > 0 ? { finds } : {}),
  };
}

function describeTimes(window: PlanWindow) {
  if (window.kind === 'session')
    return { session: { gap: formatDuration(window.gap), max_duration: formatDuration(window.maxDuration) } };
  return {
    spans: window.spans.map(({ size, advance }) =>
      size === advance ? formatDuration(size) : `${formatDuration(size)} every ${formatDuration(advance)}`,
    ),
    slice: formatDuration(window.slice),
  };
}

function describeAggregate({ function: called, argument, quantile, where, type, scale }: PlanAggregate): string {
  const given = [...(argument ? [toText(argument)] : []), ...(quantile === undefined ? [] : [quantile])];
  const filter = where ? ` where ${toText(where)}` : '';
  return `${called}(${given.join(', ')})${filter}: ${type === 'decimal' ? `decimal(${scale})` : type}`;
}

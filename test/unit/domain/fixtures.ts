import { readFileSync } from 'node:fs';
import { type DomainName, domains } from '../../../src/core/domain/registry.js';
import { noDistortions } from '../../../src/core/generate/distortions.js';
import type { Metadata, Scalar } from '../../../src/core/generate/generator.js';
import { type PartitionEvent, partitionEvents } from '../../../src/core/generate/partition-run.js';
import { planWorkload, type Workload, type WorkloadOptions } from '../../../src/core/generate/workload.js';
import { domainRows } from '../../../src/core/metadata/rows/registry.js';
import { loadPipeline } from '../../../src/core/pipeline/load.js';
import type { Plan } from '../../../src/core/pipeline/plan.js';

export const start = Date.UTC(2026, 0, 1, 12);

export function shippedPlan(name: DomainName): Plan {
  const file = new URL(`../../../configs/pipelines/${name}.yaml`, import.meta.url);
  return loadPipeline(readFileSync(file, 'utf8'), name);
}

/** A fifth of the rows that `seed` makes, with the columns that the domain asks for. */
export function seededMetadata(name: DomainName, seed = 1): Metadata {
  const { reads } = domains[name];
  const metadata: Record<string, Record<string, Scalar>[]> = {};
  for (const table of domainRows[name].tables(seed, 0.2)) {
    const wanted = (reads as Record<string, readonly string[]>)[table.name];
    if (!wanted) continue;
    const places = wanted.map((column) => ({ column, place: table.columns.indexOf(column) }));
    const absent = places.filter(({ place }) => place < 0);
    if (absent.length > 0) throw new Error(`${name}.${table.name} lacks ${absent.map(({ column }) => column).join()}`);
    metadata[table.name] = [...table.rows].map((row) =>
      Object.fromEntries(places.map(({ column, place }) => [column, row[place] as Scalar])),
    );
  }
  return metadata;
}

export function shippedWorkload(name: DomainName, options: Partial<WorkloadOptions> = {}): Workload {
  return planWorkload({
    plan: shippedPlan(name),
    domain: domains[name],
    metadata: seededMetadata(name),
    seed: 1,
    run: 'run-1',
    start,
    rate: 1_000,
    arrival: { kind: 'constant' },
    skew: { kind: 'none' },
    distortions: noDistortions,
    ...options,
  });
}

/** All records of a bounded run, partition after partition. */
export function allEvents(workload: Workload): PartitionEvent[] {
  return workload.partitions.flatMap(({ partition }) => [...partitionEvents(workload, partition)]);
}

const text = new TextDecoder('utf-8', { fatal: true });

export function textOf(event: PartitionEvent): string {
  return text.decode(event.buffer.subarray(event.start, event.end));
}

/** The truth that stands beside an event. */
export interface Truth {
  anomaly?: string;
  /** Of the partition and the incident; empty for a normal event. */
  incident: string;
}

/** All events of a bounded run as a consumer reads them, with the truth about them; `Fields` is what the caller looks at. */
export function readEvents<Fields>(workload: Workload): (Fields & Truth)[] {
  return allEvents(workload).map((event) => ({
    ...JSON.parse(textOf(event)),
    anomaly: event.anomaly?.kind,
    incident: event.anomaly ? `${event.partition}/${event.anomaly.incident}` : '',
  }));
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

export function distinct<T>(items: readonly T[], of: (item: T) => unknown): number {
  return new Set(items.map(of)).size;
}

import type { PipelineLook, Snapshot } from '../observe/snapshot.js';
import { rate, whole } from './numbers.js';
import { stackTable } from './stack-view.js';
import { table } from './table.js';

/** A snapshot as text: services, then a row a pipeline. */
export function snapshotTable({ services, pipelines }: Snapshot): string {
  const stack = stackTable({ driver: '', services });
  if (pipelines.length === 0) return `${stack}\n\nNo pipeline runs.`;
  return `${stack}\n\n${table(head, pipelines.map(row))}`;
}

const head = [
  'pipeline',
  'in',
  'out',
  'lag',
  'change',
  'watermark age',
  'e2e p50',
  'e2e p99',
  'late',
  'dead letters',
  'alerts',
];

function row({ pipeline, generator, engine }: PipelineLook) {
  return [
    pipeline,
    of(generator?.acked_per_s, rate),
    of(engine?.consumed_per_s, rate),
    of(engine?.lag, whole),
    of(engine?.lag_change_per_s, rate),
    of(engine?.watermark_age_ms, (ms) => `${(ms / 1000).toFixed(1)} s`),
    of(engine?.e2e_ms?.p50, (ms) => `${ms.toFixed(0)} ms`),
    of(engine?.e2e_ms?.p99, (ms) => `${ms.toFixed(0)} ms`),
    of(engine?.records.late, whole),
    of(engine?.records.dead_letter, whole),
    of(engine?.alerts, whole),
  ];
}

function of(value: number | null | undefined, shown: (value: number) => string): string | null {
  return value === null || value === undefined ? null : shown(value);
}

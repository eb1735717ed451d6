import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { domainFor } from '../../../src/core/domain/registry.js';
import { noDistortions } from '../../../src/core/generate/distortions.js';
import { planWorkload, type Workload, type WorkloadOptions } from '../../../src/core/generate/workload.js';
import { loadPipeline } from '../../../src/core/pipeline/load.js';
import type { RunHeader } from '../../../src/core/run/ledger/header.js';
import { type Home, openHome } from '../../../src/core/runtime/home.js';

/** A pipeline without metadata, whose events go to one partition. */
export const meterPlan = loadPipeline(
  `
pipeline: meter
version: 1
topic: {partitions: 1, key: meter}
event:
  id: id
  time: at
  fields:
    id: string
    at: timestamp
    meter: {type: string, generate: {cardinality: 5}}
    value: {type: decimal, scale: 2, min: 0, max: 100}
    good: {type: bool, optional: true}
windows:
  totals: {tumbling: [10s], by: [meter], aggregates: {count: count()}}
`,
  'meter.yaml',
);

export const start = 1_700_000_000_000;

export function meterWorkload(change: Partial<WorkloadOptions> = {}): Workload {
  return planWorkload({
    plan: meterPlan,
    domain: domainFor(meterPlan),
    metadata: {},
    seed: 1,
    run: 'run-1',
    start,
    rate: 1_000,
    arrival: { kind: 'constant' },
    skew: { kind: 'none' },
    distortions: noDistortions,
    ...change,
  });
}

export function temporaryHome(): Home {
  return openHome(mkdtempSync(join(tmpdir(), 'pipe-home-')));
}

/** The header of a meter run with these options. */
export function headerFor(
  { seed, rate, distortions, count, durationMs, partitions }: Workload,
  run = 'run-1',
): RunHeader {
  return {
    version: 1,
    kind: 'generate',
    run,
    pipeline: 'meter',
    topic: 't',
    topicId: 'a'.repeat(32),
    createdAt: start,
    producer: { id: '7', epoch: 0 },
    partitions: partitions.map(({ share, events }) => ({
      begin: 0,
      share,
      ...(events === undefined ? {} : { events }),
    })),
    workload: {
      seed: seed as number,
      start,
      startGiven: false,
      rate,
      arrival: 'constant',
      skew: 'none',
      distortions,
      ...(count === undefined ? {} : { count }),
      ...(durationMs === undefined ? {} : { durationMs }),
      metadata: 'none',
    },
  };
}

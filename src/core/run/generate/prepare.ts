import type { KafkaClient } from '../../broker/client.js';
import { partitionOffsets } from '../../broker/offsets.js';
import { newProducerId } from '../../broker/producer-identity.js';
import { ensureTopic, extendRetention, partitionsOf, topicSpec } from '../../broker/topics.js';
import { formatArrival, parseArrival } from '../../generate/arrival.js';
import type { Domain, Metadata } from '../../generate/generator.js';
import { parseSkew, type Skew } from '../../generate/skew.js';
import { planWorkload, type Workload } from '../../generate/workload.js';
import type { Plan } from '../../pipeline/plan.js';
import type { RunHeader, RunWorkload } from '../ledger/header.js';
import { metadataDigest } from './metadata.js';
import type { GenerateOptions } from './options.js';

const minute = 60_000;

export interface NewRun {
  plan: Plan;
  domain: Domain;
  metadata: Metadata;
  options: GenerateOptions;
  seed: number;
  start: number;
  run: string;
}

export function workloadOf({ plan, domain, metadata, options, seed, start, run }: NewRun): Workload {
  const { rate, arrival, skew, distortions, count, durationMs } = options;
  const limits = { ...(count === undefined ? {} : { count }), ...(durationMs === undefined ? {} : { durationMs }) };
  return planWorkload({ plan, domain, metadata, seed, run, start, rate, arrival, skew, distortions, ...limits });
}

/** What is put on file before the first record is sent. */
export async function headerOf(
  client: KafkaClient,
  { plan, metadata, options, seed, start, run }: NewRun,
  { topicId, workload, createdAt }: { topicId: string; workload: Workload; createdAt: number },
): Promise<RunHeader> {
  const topic = plan.topics.events;
  const { id, epoch } = await newProducerId(client);
  const offsets = await partitionOffsets(client, topic);
  const { rate, arrival, skew, distortions, count, durationMs } = options;
  return {
    version: 1,
    kind: 'generate',
    run,
    pipeline: plan.name,
    topic,
    topicId,
    createdAt,
    producer: { id: String(id), epoch },
    partitions: workload.partitions.map(({ partition, share, events }) => ({
      begin: offsets[partition]!.end,
      share,
      ...(events === undefined ? {} : { events }),
    })),
    workload: {
      seed,
      start,
      startGiven: options.start !== undefined,
      rate,
      arrival: formatArrival(arrival),
      skew: formatSkew(skew),
      distortions,
      ...(count === undefined ? {} : { count }),
      ...(durationMs === undefined ? {} : { durationMs }),
      metadata: metadataDigest(metadata),
    },
  };
}

/** The options that a run on file began with. */
export function optionsOf({ workload, run }: RunHeader & { workload: RunWorkload }): GenerateOptions {
  const { seed, start, startGiven, rate, arrival, skew, distortions, count, durationMs } = workload;
  const { late, ...shares } = distortions;
  return {
    rate,
    seed,
    run,
    arrival: parseArrival(arrival),
    skew: parseSkew(skew),
    distortions: { ...shares, ...(late ? { late } : {}) },
    ...(count === undefined ? {} : { count }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(startGiven ? { start } : {}),
  };
}

/** The events topic; records may be as old as `start` without being deleted for it, nor are their letters, which keep their time. */
export async function prepareTopic(
  client: KafkaClient,
  plan: Plan,
  { start, now }: { start: number; now: number },
): Promise<string> {
  const { events, deadLetters, late } = plan.topics;
  const id = await ensureTopic(client, topicSpec(plan, events));
  if (now - start <= minute) return id;
  const retentionMs = now - start + plan.retentionMs;
  await extendRetention(client, topicSpec(plan, events), retentionMs);
  // Topics of letters that are not there yet are made by the engine, which looks at this one.
  for (const name of [deadLetters, late])
    if ((await partitionsOf(client, name)) !== undefined)
      await extendRetention(client, topicSpec(plan, name), retentionMs);
  return id;
}

function formatSkew(skew: Skew): string {
  return skew.kind === 'none' ? 'none' : `zipf:${skew.exponent}`;
}

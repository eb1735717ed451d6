import { domainFor } from '../../domain/registry.js';
import { type PartitionEvent, PartitionRun } from '../../generate/partition-run.js';
import type { Plan } from '../../pipeline/plan.js';
import type { Runtime } from '../../runtime/runtime.js';
import { seedMetadata } from './metadata.js';
import type { GenerateOptions } from './options.js';
import { workloadOf } from './prepare.js';

export interface SampledEvent {
  partition: number;
  key: string;
  /** The Kafka record's, epoch ms. */
  timestamp: number;
  /** The record's value as text; what --corrupt damaged may be no JSON. */
  value: string;
}

export interface DrySummary {
  domain: string;
  topic: string;
  run: string;
  seed: number;
  start: string;
  sample: SampledEvent[];
}

/** The first events of a run in the order of their times, out of no service: metadata is what `pipe seed` would make by default. */
export async function dryRun(
  runtime: Runtime,
  plan: Plan,
  options: GenerateOptions,
  sample: number,
): Promise<DrySummary> {
  const domain = domainFor(plan);
  const seed = options.seed ?? runtime.entropy();
  const start = options.start ?? runtime.clock.now();
  const run = options.run ?? `${seed}-${start}`;
  const metadata = await seedMetadata(runtime, plan, domain);
  const workload = workloadOf({ plan, domain, metadata, options, seed, start, run });
  const runs = workload.partitions.map(({ partition }) => new PartitionRun(workload, partition));
  const events = firstOf(runs, sample).map(sampled);
  return {
    domain: plan.name,
    topic: plan.topics.events,
    run,
    seed,
    start: new Date(start).toISOString(),
    sample: events,
  };
}

function firstOf(runs: readonly PartitionRun[], count: number): PartitionEvent[] {
  const upcoming = runs.map((run) => run.next());
  const events: PartitionEvent[] = [];
  while (events.length < count) {
    let first = -1;
    for (const [partition, event] of upcoming.entries())
      if (event && (first < 0 || event.at < upcoming[first]!.at)) first = partition;
    if (first < 0) break;
    events.push(upcoming[first]!);
    upcoming[first] = runs[first]!.next();
  }
  return events;
}

function sampled({ partition, key, recordTime, buffer, start, end }: PartitionEvent): SampledEvent {
  return { partition, key, timestamp: recordTime, value: Buffer.from(buffer.subarray(start, end)).toString('utf8') };
}

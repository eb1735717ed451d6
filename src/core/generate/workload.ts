import type { Plan } from '../pipeline/plan.js';
import { missingError, usageError } from '../runtime/errors.js';
import { apportion } from './apportion.js';
import { type Arrival, rateProfile } from './arrival.js';
import type { Distortions } from './distortions.js';
import type { Domain, KeySource, Metadata } from './generator.js';
import { partitionOf } from './partitioner.js';
import { randomStream } from './random.js';
import { Schedule } from './schedule.js';
import { type Skew, skewWeights } from './skew.js';

/** Everything that the bytes of a run depend on; equal options make equal runs on any machine, in any number of workers. */
export interface WorkloadOptions {
  plan: Plan;
  domain: Domain;
  metadata: Metadata;
  seed: string | number;
  /** Names the run; event ids carry its hash. */
  run: string;
  /** Epoch ms of the first intended send time. */
  start: number;
  /** Events per second over all partitions. With 'max' times advance at `maxNominalRate`, and the caller sends without waiting for them. */
  rate: number | 'max';
  arrival: Arrival;
  skew: Skew;
  distortions: Distortions;
  /** So many events in all, discarded ones included, repeats not. Not together with durationMs. */
  count?: number;
  /** With rate 'max' it bounds nothing here: the caller's clock does. */
  durationMs?: number;
}

export interface Workload extends WorkloadOptions {
  partitions: readonly PartitionWork[];
  /** New events of the whole run, when known beforehand: not for endless runs, nor for poisson by duration. */
  events?: number;
}

export interface PartitionWork {
  partition: number;
  /** In the table's order, with their weights. A partition that no key falls into makes no events. */
  keys: readonly string[];
  weights: Float64Array;
  /** Of the rate; all partitions' shares sum to 1. */
  share: number;
  events?: number;
}

/** What the schedule and the distortions of a run depend on: enough to count what it sends, without metadata. */
export interface ScheduledWork
  extends Pick<WorkloadOptions, 'seed' | 'rate' | 'arrival' | 'distortions' | 'durationMs'> {
  partitions: readonly Pick<PartitionWork, 'partition' | 'share' | 'events'>[];
}

/** With rate 'max' intended times, and so event times and record timestamps, are those of this many events per second. */
export const maxNominalRate = 100_000;

/**
 * Splits a run over the partitions: each key goes where Kafka's default partitioner sends it, each partition gets the share of the rate that
 * its keys' weights make up, and a total is apportioned exactly. Throws usage errors, and a missing error for empty metadata.
 */
export function planWorkload(options: WorkloadOptions): Workload {
  checkOptions(options);
  const { plan, count, durationMs, rate, arrival } = options;
  const partitions = splitKeys(keysOf(options), options.skew, plan.partitions);
  const timed = durationMs !== undefined && rate !== 'max' && arrival.kind !== 'poisson';
  const events = count ?? (timed ? Math.round((rate * durationMs) / 1000) : undefined);
  if (events === undefined) return { ...options, partitions };
  const shares = partitions.map(({ share }) => share);
  const parts = apportion(events, shares);
  return { ...options, events, partitions: partitions.map((work, index) => ({ ...work, events: parts[index]! })) };
}

/** One partition's intended send times, in ms from the start. */
export function scheduleOf(workload: ScheduledWork, partition: number): Schedule {
  const { arrival, rate, durationMs, seed } = workload;
  const work = workload.partitions[partition]!;
  const perSecond = rate === 'max' ? maxNominalRate : rate;
  const goldenRatio = 0.618033988749895;
  return new Schedule({
    profile: rateProfile(arrival),
    eventsPerMs: (perSecond * work.share) / 1000,
    events: work.share === 0 ? 0 : work.events,
    durationMs: rate === 'max' ? undefined : durationMs,
    phase: (partition * goldenRatio) % 1,
    gaps: arrival.kind === 'poisson' ? randomStream(seed, 'arrival', partition) : undefined,
  });
}

/** The keys of a domain, each once, in the order of the metadata's rows. */
function keysOf({ domain, metadata, plan }: WorkloadOptions): string[] {
  const keys = [...new Set(keyValues(domain.key, metadata))];
  if (keys.length > 0) return keys;
  const place = 'table' in domain.key ? `${plan.name}.${domain.key.table}` : plan.name;
  throw missingError(`${place} has no rows to take Kafka keys from`, `pipe seed --domain ${plan.name}`, 'NO_METADATA');
}

function keyValues(key: KeySource, metadata: Metadata): readonly string[] {
  if ('values' in key) return key.values;
  return (metadata[key.table] ?? []).map((row) => String(row[key.column]));
}

function splitKeys(keys: readonly string[], skew: Skew, count: number): PartitionWork[] {
  const weights = skewWeights(skew, keys.length);
  const split = Array.from({ length: count }, () => ({ keys: [] as string[], weights: [] as number[], sum: 0 }));
  let total = 0;
  for (const [rank, key] of keys.entries()) {
    const part = split[partitionOf(key, count)]!;
    part.keys.push(key);
    part.weights.push(weights[rank]!);
    part.sum += weights[rank]!;
    total += weights[rank]!;
  }
  return split.map((part, partition) => ({
    partition,
    keys: part.keys,
    weights: Float64Array.from(part.weights),
    share: part.sum / total,
  }));
}

function checkOptions({ rate, count, durationMs }: WorkloadOptions): void {
  if (rate !== 'max' && !(rate > 0 && Number.isFinite(rate)))
    throw usageError(`--rate: expected events per second above 0, or max, got ${rate}`);
  if (count !== undefined && durationMs !== undefined)
    throw usageError('--count and --duration: expected one of them, got both', 'Leave one out.');
  if (count !== undefined && !(Number.isSafeInteger(count) && count >= 0))
    throw usageError(`--count: expected a whole number, got ${count}`);
  if (durationMs !== undefined && !(durationMs >= 0))
    throw usageError(`--duration: expected 0 or more, got ${durationMs} ms`);
}

import type { Plan } from '../pipeline/plan.js';
import type { Random } from './random.js';

export type Scalar = string | number | boolean | null;

/** One event in the order of the plan's event fields; undefined leaves an optional field out. */
export type EventValues = (Scalar | undefined)[];

/** Rows of the metadata tables that a domain asked for, by table, in key order. */
export type Metadata = Readonly<Record<string, readonly Readonly<Record<string, Scalar>>[]>>;

/** What one partition's generator starts from. All events that it makes have keys that Kafka's default partitioner sends to this partition. */
export interface PartitionContext {
  plan: Plan;
  metadata: Metadata;
  partition: number;
  /** Seeded from (run seed, partition); all randomness of this partition's events comes from here, in a fixed order. */
  random: Random;
  /** Keys of this partition and their weights (from --skew); `drawKey` picks one. */
  keys: readonly string[];
  drawKey(): string;
  /** As drawKey, its index in `keys`. */
  drawKeyIndex(): number;
}

/**
 * The truth about an event that a domain made abnormal on purpose: what a detector should find. It never stands in the payload; it is
 * recomputed from the seed.
 */
export interface Anomaly {
  /** Such as stuck_sensor or card_velocity. */
  kind: string;
  /** Events of one incident share its number; numbers are the partition's own. */
  incident: number;
}

/** The behaviour of one partition's entities. State (carts, drifting sensors, open sessions) lives inside. */
export interface EventSource {
  /**
   * The next event, happening at `time` (epoch ms; never less than in the call before). The id field and the time field are filled in by the
   * caller from (run, partition, sequence) and the schedule: what stands there is overwritten. The array is the caller's to keep.
   */
  next(time: number): EventValues;
  /** The truth about the event that the last `next` returned; absent for a normal one, and from domains without anomalies. */
  anomaly?(): Anomaly | undefined;
}

/** The keys: a column's different values in the order of the rows (the first is rank 1 for --skew), or a list. */
export type KeySource = { table: string; column: string } | { values: readonly string[] };

/** What a domain adds to its pipeline file. */
export interface Domain {
  name: string;
  /** Metadata tables and columns that the generator needs, and which of them the Kafka key comes from. */
  reads: Readonly<Record<string, readonly string[]>>;
  key: KeySource;
  source(context: PartitionContext): EventSource;
}

import type { Anomaly } from '../../generate/generator.js';

/** Milliseconds for timestamps, scaled integers for decimals, true and false for bools. */
export type Value = string | number | boolean | null;

/** An event by the plan's columns: its own fields, then the enriched ones. */
export type Values = Value[];

/** What becomes of a record; named as the engine's checkpoint names its counts. */
export const verdicts = ['aggregated', 'late', 'late_idle', 'duplicates', 'dead_letters'] as const;
export type Verdict = (typeof verdicts)[number];

export type VerdictTally = Record<Verdict, number>;

export function noVerdicts(): VerdictTally {
  return { aggregated: 0, late: 0, late_idle: 0, duplicates: 0, dead_letters: 0 };
}

/** What the generator did to a record on purpose. */
export const injections = ['late', 'repeated', 'corrupted'] as const;
export type Injection = (typeof injections)[number];

/** Whose anomaly an event is: incidents are numbered by run, partition and kind. */
export interface RunAnomaly extends Anomaly {
  run: string;
}

/** One acknowledged record, in offset order within its partition. */
export interface OracleRecord {
  offset: number;
  /** The Kafka record's timestamp, ms. */
  recordTime: number;
  value: Uint8Array | null;
  /** Undefined for an ordinary record, and for one that no run in the ledger sent. */
  injected: Injection | undefined;
  /** What a generator's domain made abnormal on purpose; told where it was asked for. */
  anomaly?: RunAnomaly | undefined;
}

/** One row of the raw table. */
export interface StoredEvent {
  offset: number;
  recordTime: number;
  values: Values;
}

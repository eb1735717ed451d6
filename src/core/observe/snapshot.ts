import type { ServiceStatus } from '../stack/drivers/driver.js';
import type { ProcessState } from '../stack/process/identity.js';

/**
 * What is known of everything at one moment: what `pipe top --json` answers. Rates are per second and of the last `window_s` seconds; times are epoch
 * ms, durations ms. Null is what nobody can tell now.
 */
export interface Snapshot {
  at: number;
  window_s: number;
  /** As `pipe status` tells them. */
  services: ServiceStatus[];
  /** What serves metrics; a killed one stays until another takes its place. */
  processes: ProcessLook[];
  /** Those of the processes, by name. */
  pipelines: PipelineLook[];
}

export interface ProcessLook {
  job: string;
  pipeline: string;
  pid: number;
  address: string;
  /** `silent` runs, and does not answer. */
  state: ProcessState | 'silent';
  cpu_cores: number | null;
  rss_bytes: number | null;
}

export interface PipelineLook {
  pipeline: string;
  /** Null where none runs, as for the engine. */
  generator: GeneratorFigures | null;
  engine: EngineFigures | null;
}

export interface GeneratorFigures {
  sent: number;
  acked: number;
  sent_per_s: number | null;
  acked_per_s: number | null;
  /** How late records were sent against their own schedule; null without one, as with a rate of max. */
  schedule_lag_ms: Quantiles | null;
}

export interface EngineFigures {
  records: Verdicts;
  consumed_per_s: number | null;
  windows: number;
  windows_per_s: number | null;
  alerts: number;
  partitions: { partition: number; lag: number; lag_change_per_s: number | null }[];
  /** Of all partitions; null while the broker is away. */
  lag: number | null;
  lag_change_per_s: number | null;
  /** How long until the lag is gone if it goes on shrinking as it does; null where it does not. */
  drain_ms: number | null;
  watermark: number | null;
  watermark_age_ms: number | null;
  checkpoint: { at: number; age_ms: number; duration_ms: number; bytes: number } | null;
  /** Of the rows stored in the last `window_s` seconds; null where there were none. */
  e2e_ms: Quantiles | null;
  /** Of the inserts of raw rows that ended then. */
  insert_ms: Quantiles | null;
  /** By reason, since the engine began. */
  dead_letters: Readonly<Record<string, number>>;
  /** Of its state in memory, without strings. */
  state_bytes: { windows: number; deduplication: number; detectors: number };
}

/** Of what happened in the last `window_s` seconds. */
export interface Quantiles {
  count: number;
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

export interface Verdicts {
  aggregated: number;
  late: number;
  duplicate: number;
  dead_letter: number;
}

import type { Alert } from '../../process/detect/kind.js';
import type { Quantiles } from '../../runtime/latency-histogram.js';
import type { EngineName } from './sources/registry.js';

/** Counts are those of this run. */
export interface ProcessReport {
  engine: EngineName;
  workers: number;
  consumed: number;
  aggregated: number;
  late: number;
  duplicates: number;
  dead_letters: number;
  windows_emitted: number;
  alerts: number;
  /** Of these, by event time, newest first. */
  newest_alerts: readonly Alert[];
  duration_s: number;
  events_per_s: number;
  /** From the intended send time to the acknowledged row. */
  latency_ms: Quantiles;
}

import type { RecordDifference } from './oracle/findings.js';
import type { Injection, VerdictTally } from './oracle/values.js';

/** What `verify` found. Counts are of records, `windows` of (window, size, start, keys) rows. */
export interface VerifyReport {
  ok: boolean;
  /** Acknowledged by Kafka, as the ledgers say; without a ledger, what the topic holds. */
  produced: number;
  /** Rows of the raw table among the consumed offsets. */
  stored: number;
  late: number;
  duplicates: number;
  dead_letters: number;
  /** In the topic and not yet consumed. */
  in_flight: number;
  /** Acknowledged records that are neither stored nor accounted for by a verdict. */
  missing: number;
  /** Aggregated, and gone from the raw table by its TTL. */
  expired: number;
  /** Stored twice, or stored though no verdict says so. */
  extra: number;
  windows: WindowCounts;
  alerts: AlertReport;
  /** 100 x equal window rows / union of expected and stored ones. */
  accuracy: number;
  partitions: PartitionReport[];
  /** A sample of the windows that differ. */
  differences: Difference[];
  /** The independent judge; absent with --quick, and before the engine's first run. */
  oracle?: OracleReport;
  /** What generator runs did on purpose, and what became of it; absent like `oracle`. */
  injected?: InjectedReport;
  /** ClickHouse's own computation of the windows from the stored raw rows. */
  recomputed: WindowCounts;
  /** How well each detector finds the generator's anomalies; with --detectors. */
  detectors?: DetectorReport[];
  notes: string[];
}

/** Different alerts up to where the engine's checkpoint stands. */
export interface AlertReport {
  /** By the engine's own count. */
  raised: number;
  stored: number;
  /** Null when the topic has lost its oldest. */
  in_topic: number | null;
  /** Rows of the view beyond one of each. */
  doubled: number;
  /** Raised, and not in both. */
  missing: number;
  /** In one of them, and not raised. */
  extra: number;
  /** Table and topic say different things of it. */
  altered: number;
}

/** One detector against the truth: anomalies that the generator made on purpose. Null where there is nothing to divide by, or nothing that it is for. */
export interface DetectorReport {
  detector: string;
  kind: string;
  /** Labels of the anomalies that it is for. */
  finds: readonly string[];
  /** Stored ones. */
  alerts: number;
  true_alerts: number | null;
  false_alerts: number | null;
  /** Of those kinds, by what was aggregated. */
  incidents: number;
  found: number;
  /** true_alerts / alerts, and found / incidents: 0 to 1. */
  precision: number | null;
  recall: number | null;
  /** Median, in event time, from an incident's first event to its first alert. */
  delay_ms: number | null;
}

export interface WindowCounts {
  checked: number;
  wrong: number;
  unchecked: number;
}

/** The conservation law of one partition: consumed = dead letters + late + duplicates + aggregated, and stored = aggregated - expired. */
export interface PartitionReport {
  partition: number;
  produced: number;
  consumed: number;
  aggregated: number;
  late: number;
  duplicates: number;
  dead_letters: number;
  in_flight: number;
  stored: number;
  missing: number;
  expired: number;
  extra: number;
}

/** What the oracle expects of every record and window, and what it did not find so. */
export interface OracleReport {
  /** Who told what the records are: the ledger's seeds alone, the topic alone, or each of some offsets. */
  source: 'ledger' | 'topic' | 'both';
  /** Records judged. */
  records: number;
  from_topic: number;
  verdicts: VerdictTally;
  /** Rows of the raw table that should be there, that should not, and that hold other values than their event. */
  missing: number;
  extra: number;
  altered: number;
  /** Late events and dead letters that their topics lack, and records there that do not belong there. */
  letters: { missing: number; extra: number };
  /** The engine's counts that differ from the oracle's, over all partitions. */
  miscounted: number;
  /** Rows that may have expired, and records that nothing tells of any more. */
  unchecked: number;
  expected_windows: number;
  windows: WindowCounts;
  /** Events joined with metadata that is no longer so: their enriched values are taken as stored. */
  enriched_otherwise: number;
  duration_s: number;
  /** A sample of each kind. */
  differences: RecordDifference[];
}

export interface InjectedReport {
  late: number;
  repeated: number;
  discarded: number;
  corrupted: number;
  /** Of the records that were consumed. Discarded events were never sent. */
  verdicts: Record<Injection, VerdictTally>;
  /** Injected records that were not consumed yet. */
  in_flight: number;
  /** Neither: 0 unless something is wrong. */
  unaccounted: number;
}

export interface Difference {
  window: string;
  size_ms: number;
  start: string;
  keys: unknown[];
  /** Null where that side has no row. */
  expected: unknown[] | null;
  stored: unknown[] | null;
}

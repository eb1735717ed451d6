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
  windows: { checked: number; wrong: number; unchecked: number };
  /** 100 x equal window rows / union of expected and stored ones. */
  accuracy: number;
  partitions: PartitionReport[];
  /** A sample of what differs. */
  differences: Difference[];
  notes: string[];
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

export interface Difference {
  window: string;
  size_ms: number;
  start: string;
  keys: unknown[];
  /** Null where that side has no row. */
  expected: unknown[] | null;
  stored: unknown[] | null;
}

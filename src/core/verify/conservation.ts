import type { VerdictTotals } from '../run/process/checkpoint.js';
import type { PartitionReport } from './report.js';

/** What is known of one partition, each figure from another witness. */
export interface PartitionEvidence {
  partition: number;
  /** Kafka: oldest offset and the one behind the newest. */
  begin: number;
  end: number;
  /** Ledgers: acknowledged records. Undefined when nothing that the ledgers know of wrote here. */
  acknowledged: number | undefined;
  /** The engine's checkpoint: the next offset, and its verdicts. Undefined before its first start. */
  position: number | undefined;
  verdicts: VerdictTotals | undefined;
  /** Consumed offsets that hold no record. */
  gaps: number;
  /** Of the aggregated records, those so old that the raw table's TTL may have taken their rows. */
  expirable: number;
  /** ClickHouse: rows below `position`, how many different offsets they have, and how many of those are of events that cannot have expired. */
  rows: number;
  distinct: number;
  recent: number;
}

const nothing: VerdictTotals = { consumed: 0, aggregated: 0, late: 0, late_idle: 0, duplicates: 0, dead_letters: 0 };

/** Holds the witnesses against each other. */
export function judgePartition(evidence: PartitionEvidence): PartitionReport {
  const { begin, end, rows, distinct, recent, expirable } = evidence;
  const verdicts = evidence.verdicts ?? nothing;
  // Offsets not consumed yet may hold markers too: they count as records until they are.
  const inTopic = Math.max(0, end - begin - evidence.gaps);
  const produced = evidence.acknowledged ?? inTopic;
  const inFlight = Math.max(0, end - (evidence.position ?? begin));
  const late = verdicts.late + verdicts.late_idle;
  const accounted = verdicts.aggregated + late + verdicts.duplicates + verdicts.dead_letters;
  // Each of these would be a loss of its own: acknowledged but not in the topic or not consumed; consumed without a verdict; aggregated but not stored.
  const lostBefore = Math.max(0, produced - verdicts.consumed - inFlight);
  const withoutVerdict = Math.max(0, verdicts.consumed - accounted);
  const lasting = verdicts.aggregated - expirable;
  const notStored = Math.max(0, lasting - recent);
  const neverAggregated = Math.max(0, recent - lasting) + Math.max(0, distinct - recent - expirable);
  return {
    partition: evidence.partition,
    produced,
    consumed: verdicts.consumed,
    aggregated: verdicts.aggregated,
    late,
    duplicates: verdicts.duplicates,
    dead_letters: verdicts.dead_letters,
    in_flight: inFlight,
    stored: rows,
    missing: lostBefore + withoutVerdict + notStored,
    expired: Math.max(0, expirable - (distinct - recent)),
    extra: rows - distinct + neverAggregated + Math.max(0, accounted - verdicts.consumed),
  };
}

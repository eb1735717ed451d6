import type { ChangeSet } from '../../../metadata/changes/change-set.js';
import type { Alert } from '../../../process/detect/kind.js';
import type { Cut, PartitionCounts, StateSize } from '../../../process/engine.js';
import type { LatencyHistogram } from '../../../runtime/latency-histogram.js';
import type { DayCounts } from '../aggregated-days.js';
import type { Measured } from '../engine-latencies.js';
import type { Intent, OffsetRange } from '../intent-log.js';

/** What a lane needs of where the journal is. */
export interface LaneHost {
  /** It looked for records and found none. */
  looked(): void;
  /** Announces a block of these records, and says by which watermark it is judged; on disk when it resolves. */
  begin(ranges: OffsetRange[]): Promise<Intent>;
  /** A further attempt at storing a block; on disk when it resolves. */
  again(intent: Intent): Promise<void>;
  /** The block is stored, and what detectors raised because of it is sent. */
  done(result: BlockResult): void;
}

/** What is left of a block once it is stored. */
export interface BlockResult {
  /** Number of its intent. */
  number: number;
  records: number;
  /** Of the lane's partitions. */
  counts: PartitionCounts[];
  alerts: Alert[];
  /** Of windows that may be due before the lane's next block; none from a lane whose engine merges itself. */
  partials: Uint8Array | undefined;
  measured: Measured;
}

/** What of a checkpoint is a lane's; between blocks. */
export interface LaneState {
  /** Of its partitions, and all that it had of windows; none from a lane whose engine merges itself, and has them. */
  engine: (Cut & { partials: Uint8Array }) | undefined;
  gaps: Record<number, number>;
  days: Record<number, DayCounts>;
}

/** What a lane tells of itself while it runs. */
export interface LaneFigures {
  /** As `latency`. */
  rows: LatencyHistogram;
  /** How long the inserts of its blocks took. */
  inserts: LatencyHistogram;
  /** Undefined of a lane whose engine is the host's. */
  size: StateSize | undefined;
}

/** A lane as the host sees it: it owns some partitions, reads, judges and stores their records, in this thread or in one of its own. */
export interface Lane {
  readonly partitions: readonly number[];
  /** Resolves when it has ended: told to stop, or at the end of its input. Rejects with what it failed with. */
  run(host: LaneHost, signal: AbortSignal): Promise<void>;
  /** Holds from the next block on that is begun. */
  change(changes: ChangeSet): void;
  /** All that it has of windows, for a host that merges them; undefined from one whose engine merges itself. */
  empty(): Promise<Uint8Array | undefined>;
  /** Only while no block is under way. Resolves when what detectors raised because of its blocks is stored. */
  state(): Promise<LaneState>;
  /** Of the rows stored so far; complete when it has ended. */
  readonly latency: LatencyHistogram;
  /** At this moment; rejects once it has ended. */
  figures(): Promise<LaneFigures>;
  close(): Promise<void>;
}

import type { StateSize } from '../../process/engine.js';
import type { LatencyHistogram } from '../../runtime/latency-histogram.js';
import type { ReasonCounts } from './counts.js';
import type { EngineProgress } from './engine-report.js';

export interface CheckpointFigures {
  /** Epoch ms. */
  at: number;
  /** How long writing it took. */
  ms: number;
  bytes: number;
}

export interface EngineFigures {
  /** From the intended send time to the acknowledged row, of all rows so far. */
  rows: LatencyHistogram;
  /** How long each insert of raw rows took. */
  inserts: LatencyHistogram;
  state: Pick<StateSize, 'windowBytes' | 'deduplicationBytes' | 'detectorBytes'>;
}

/** A way to look at an engine while it runs; counts are those of this run. */
export interface EngineLook {
  progress(): EngineProgress;
  alerts(): number;
  /** Undefined before this run has written one. */
  checkpoint(): CheckpointFigures | undefined;
  /** By reason, of those that there were any of. */
  deadLetters(): ReasonCounts;
  /** Asks what works in threads of its own. */
  figures(): Promise<EngineFigures>;
  /** Records in the topic that no block has yet, by partition. Asks the broker, and rejects while it is away. */
  lag(): Promise<ReadonlyMap<number, number>>;
}

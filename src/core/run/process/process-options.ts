import type { EngineLook } from './engine-look.js';
import type { EngineName } from './sources/registry.js';

export interface ProcessOptions {
  engine: EngineName;
  /** Threads that read, judge and store; never more than there are partitions. */
  workers: number;
  /** End when everything that was in the topic at the start is processed; otherwise run until stopped. */
  untilCaughtUp: boolean;
  onProgress?: (progress: ProcessProgress) => void;
  /** A file for a report of each second. */
  report?: string;
  /** Called once with a way to look at the engine while it runs; answers with what ends the looking. */
  observe?: (look: EngineLook) => () => void;
}

export interface ProcessProgress {
  consumed: number;
  /** Records that were in the topic at the start and are still to come; for a bounded run. */
  left: number;
  elapsedMs: number;
}

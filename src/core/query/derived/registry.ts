import { alertsByDetector } from './alerts-by-detector.js';
import { alertsLatest } from './alerts-latest.js';
import type { Derivation } from './derivation.js';
import { latestEvents } from './latest-events.js';
import { partitions } from './partitions.js';
import { storage } from './storage.js';
import { throughput } from './throughput.js';
import { windowLatest } from './window-latest.js';
import { windowProgress } from './window-progress.js';

/** What every pipeline can be asked, beside the queries of its file; in the order in which they are listed. */
export const derivations = {
  'window-latest': windowLatest,
  'window-progress': windowProgress,
  'alerts-latest': alertsLatest,
  'alerts-by-detector': alertsByDetector,
  'latest-events': latestEvents,
  throughput,
  partitions,
  storage,
} as const satisfies Record<string, Derivation>;

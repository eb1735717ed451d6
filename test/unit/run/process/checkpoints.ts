import type { AddedIds } from '../../../../src/core/process/deduplicate/deduplicator.js';
import type { CheckpointMeta } from '../../../../src/core/run/process/checkpoint.js';

/** A checkpoint that covers the intents up to `intent`. */
export function checkpointAt(intent: number, more: Partial<CheckpointMeta> = {}) {
  return {
    meta: {
      pipeline: 'p',
      topicId: 't',
      takenAt: 0,
      intent,
      offsets: { 0: intent },
      verdicts: {},
      gaps: {},
      days: {},
      alerts: {},
      watermark: null,
      watermarks: {},
      clean: false,
      complete: false,
      ...more,
    },
    sections: new Map([['windows', Uint8Array.of(1, 2, intent)]]),
    ids: new Map<number, AddedIds>(),
  };
}

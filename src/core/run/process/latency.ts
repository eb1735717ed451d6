import type { Batch } from '../../process/batch.js';
import { LatencyHistogram } from '../../runtime/latency-histogram.js';

/** From the intended send time (the record's timestamp) to the acknowledged insert of the row. */
export class LatencyRecorder extends LatencyHistogram {
  recordRows(batch: Batch, verdicts: Uint8Array, wanted: number, now: number): void {
    for (let row = 0; row < batch.size; row++) if (verdicts[row] === wanted) this.record(now - batch.recordTimes[row]!);
  }
}

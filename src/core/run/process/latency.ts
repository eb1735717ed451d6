import { build, type Histogram } from 'hdr-histogram-js';
import type { Batch } from '../../process/batch.js';

/** Milliseconds, with a resolution of 0.1 ms up to one hour. */
export interface Quantiles {
  count: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
  /** Values below zero: the record's time is ahead of the clock. Counted as zero among the others. */
  negative: number;
}

const perMs = 10;

/** From the intended send time (the record's timestamp) to the acknowledged insert of the row. */
export class LatencyRecorder {
  private readonly histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 3_600_000 * perMs,
    numberOfSignificantValueDigits: 3,
    autoResize: true,
    useWebAssembly: false,
  });
  private negative = 0;

  record(batch: Batch, verdicts: Uint8Array, wanted: number, now: number): void {
    for (let row = 0; row < batch.size; row++) {
      if (verdicts[row] !== wanted) continue;
      const latency = (now - batch.recordTimes[row]!) * perMs;
      if (latency < 0) this.negative++;
      this.histogram.recordValue(Math.max(0, latency));
    }
  }

  quantiles(): Quantiles {
    const at = (percentile: number) => this.histogram.getValueAtPercentile(percentile) / perMs;
    return {
      count: this.histogram.totalCount,
      p50: at(50),
      p90: at(90),
      p95: at(95),
      p99: at(99),
      p999: at(99.9),
      max: this.histogram.totalCount === 0 ? 0 : this.histogram.maxValue / perMs,
      negative: this.negative,
    };
  }
}

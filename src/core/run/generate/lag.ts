import { build, type Histogram } from 'hdr-histogram-js';

export interface LagQuantiles {
  p50: number | null;
  p99: number | null;
  max: number | null;
}

const perMs = 1_000;

/** How far sending lagged behind the schedule: actual minus intended send time, to the microsecond and three digits. */
export class LagRecorder {
  private readonly histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 3_600_000 * perMs,
    numberOfSignificantValueDigits: 3,
    autoResize: true,
    useWebAssembly: false,
  });

  /** Milliseconds. Nothing is sent before its time, so there is nothing below zero but the rounding of the clock. */
  record(ms: number): void {
    this.histogram.recordValue(ms > 0 ? Math.round(ms * perMs) : 0);
  }

  /** Milliseconds; nulls when nothing was recorded, as with a rate of max, which has no schedule. */
  quantiles(): LagQuantiles {
    const { histogram } = this;
    if (histogram.totalCount === 0) return { p50: null, p99: null, max: null };
    const ms = (value: number) => value / perMs;
    return {
      p50: ms(histogram.getValueAtPercentile(50)),
      p99: ms(histogram.getValueAtPercentile(99)),
      max: ms(histogram.maxValue),
    };
  }
}

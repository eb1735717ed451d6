import { type EncodedHistogram, LatencyHistogram } from '../../runtime/latency-histogram.js';

/** The latencies of events that were due within one second, in one stage. */
export interface SecondLatency<Stage extends string = string> extends EncodedHistogram {
  stage: Stage;
  /** Epoch seconds of the intended time. */
  second: number;
}

/**
 * Latencies by the second in which their events were due, and not by when they came: so a reader decides afterwards which events belong to what is
 * measured, and an event that took long still belongs to its own second.
 */
export class SecondLatencies<Stage extends string> {
  private readonly open: Record<Stage, Map<number, LatencyHistogram>>;
  private readonly spare: LatencyHistogram[] = [];

  constructor(stages: readonly Stage[]) {
    this.open = Object.fromEntries(stages.map((stage) => [stage, new Map()])) as typeof this.open;
  }

  /** `intended` in epoch ms. */
  record(stage: Stage, intended: number, ms: number, times = 1): void {
    const second = Math.floor(intended / 1000);
    let histogram = this.open[stage].get(second);
    if (!histogram) {
      histogram = this.spare.pop() ?? new LatencyHistogram();
      this.open[stage].set(second, histogram);
    }
    histogram.record(ms, times);
  }

  /** What was recorded since the last call. */
  take(): SecondLatency<Stage>[] {
    const taken: SecondLatency<Stage>[] = [];
    for (const stage of Object.keys(this.open) as Stage[]) {
      for (const [second, histogram] of this.open[stage]) {
        taken.push({ stage, second, ...histogram.encoded() });
        histogram.reset();
        this.spare.push(histogram);
      }
      this.open[stage].clear();
    }
    return taken;
  }
}

import type { WindowRows } from '../../process/merger.js';
import { Verdict } from '../../process/verdict.js';
import { LatencyHistogram } from '../../runtime/latency-histogram.js';
import { SecondLatencies, type SecondLatency } from '../report/second-latencies.js';
import type { Block } from './block.js';
import { LatencyRecorder } from './latency.js';
import { type SecondVerdicts, VerdictSeconds } from './verdict-seconds.js';

/**
 * From an event's intended send time until it is judged (`process`) and, where a row follows from it, until ClickHouse has acknowledged that row
 * (`e2e`); from the moment when a window can be complete, its end plus out_of_orderness, until its row is acknowledged (`window`); from the
 * beginning of a block's insert until it is acknowledged (`sink`).
 */
export const engineStages = ['process', 'e2e', 'window', 'sink'] as const;
export type EngineStage = (typeof engineStages)[number];

/** By the second in which the events were due. */
export interface Measured {
  latencies: SecondLatency<EngineStage>[];
  verdicts: SecondVerdicts[];
}

/** What an engine measures while it works. Epoch ms throughout. */
export class EngineLatencies {
  /** Of all rows stored since the start. */
  readonly rows = new LatencyRecorder();
  /** Of the inserts of blocks of raw rows since the start. */
  readonly inserts = new LatencyHistogram();
  private readonly outOfOrderness: number;
  private readonly seconds: SecondLatencies<EngineStage> | undefined;
  private readonly verdicts = new VerdictSeconds();

  /** `bySecond` costs a little for each event, and has to be taken. */
  constructor({ outOfOrderness }: { outOfOrderness: number }, { bySecond }: { bySecond: boolean }) {
    this.outOfOrderness = outOfOrderness;
    this.seconds = bySecond ? new SecondLatencies(engineStages) : undefined;
  }

  judged({ judged }: Block, now: number): void {
    if (!this.seconds) return;
    for (const { batch, verdicts } of judged) {
      this.record('process', batch.recordTimes.subarray(0, batch.size), now);
      this.verdicts.add(batch, verdicts);
    }
  }

  /** A block of raw rows is acknowledged whose insert began at `begun` and took so many ms; a change of a few percent is below a whole one. */
  inserted(begun: number, ms: number): void {
    this.inserts.record(ms);
    this.seconds?.record('sink', begun, ms);
  }

  stored({ judged }: Block, now: number): void {
    for (const { batch, verdicts } of judged) {
      this.rows.recordRows(batch, verdicts, Verdict.aggregated, now);
      if (this.seconds)
        this.record(
          'e2e',
          batch.recordTimes.filter((_, row) => verdicts[row] === Verdict.aggregated),
          now,
        );
    }
  }

  /** Rows of windows that are stored now; those that were due at the watermark `before` are revisions, and not counted. */
  emitted(emissions: readonly WindowRows[], before: number, now: number): void {
    if (!this.seconds) return;
    for (const { rows } of emissions)
      for (const { end, provisional, deleted } of rows) {
        if (provisional || deleted || end - 1 <= before) continue;
        const due = end + this.outOfOrderness;
        this.seconds.record('window', due, now - due);
      }
  }

  /** What was recorded by second since the last call. */
  take(): Measured {
    return { latencies: this.seconds?.take() ?? [], verdicts: this.verdicts.take() };
  }

  /** Neighbours are mostly of one millisecond. */
  private record(stage: EngineStage, times: Float64Array, now: number): void {
    for (let first = 0; first < times.length; ) {
      const time = times[first]!;
      let next = first + 1;
      while (next < times.length && times[next] === time) next++;
      this.seconds!.record(stage, time, now - time, next - first);
      first = next;
    }
  }
}

import { type EncodedHistogram, LatencyHistogram } from '../../runtime/latency-histogram.js';

/** The latencies of one stage or query by second of the measured part. A soak has thousands of seconds, so they are kept as the text they came as. */
export class MeasuredLatency {
  /** Of all seconds so far. */
  readonly total = new LatencyHistogram();
  private readonly seconds = new Map<number, EncodedHistogram[]>();

  add(second: number, encoded: EncodedHistogram): void {
    this.total.add(LatencyHistogram.decode(encoded));
    const known = this.seconds.get(second);
    if (known) known.push(encoded);
    else this.seconds.set(second, [encoded]);
  }

  /** Of the seconds [from, to). */
  between(from: number, to: number): LatencyHistogram {
    const merged = new LatencyHistogram();
    for (let second = from; second < to; second++)
      for (const encoded of this.seconds.get(second) ?? []) merged.add(LatencyHistogram.decode(encoded));
    return merged;
  }

  /** How many latencies the seconds [from, to) have. */
  count(from: number, to: number): number {
    let count = 0;
    for (let second = from; second < to; second++)
      for (const encoded of this.seconds.get(second) ?? []) count += encoded.count;
    return count;
  }
}

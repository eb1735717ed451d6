import { type EncodedHistogram, LatencyHistogram } from '../../runtime/latency-histogram.js';
import type { Clock } from '../../runtime/runtime.js';

const intervalMs = 10;

/**
 * By how much a timer of 10 ms is late. A stall counts for every timer that would have come due in it: of one that takes a second there are a hundred,
 * and not one.
 */
export class LoopDelay {
  private readonly clock: Pick<Clock, 'monotonic'>;
  private readonly histogram = new LatencyHistogram();
  private readonly timer: NodeJS.Timeout;
  private last: number;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.clock = clock;
    this.last = clock.monotonic();
    this.timer = setInterval(() => this.tick(), intervalMs);
    this.timer.unref();
  }

  /** Since the last call. */
  take(): EncodedHistogram {
    const taken = this.histogram.encoded();
    this.histogram.reset();
    return taken;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const now = this.clock.monotonic();
    const late = Math.max(0, now - this.last - intervalMs);
    this.last = now;
    for (let each = late; each >= 0; each -= intervalMs) this.histogram.record(each);
  }
}

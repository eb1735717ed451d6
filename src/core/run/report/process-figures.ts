import { PerformanceObserver } from 'node:perf_hooks';
import type { EncodedHistogram } from '../../runtime/latency-histogram.js';
import type { Clock } from '../../runtime/runtime.js';
import { LoopDelay } from './loop-delay.js';

/** What this process used since the last look at it. */
export interface ProcessUse {
  /** User and system time of all threads. */
  cpu_ms: number;
  rss_bytes: number;
  heap_bytes: number;
  /** Every pause of the main thread for garbage collection. */
  gc_ms: number[];
  /** By how much timers of the main thread were late. */
  event_loop_delay: EncodedHistogram;
}

/** Watches this process until closed. */
export class ProcessFigures {
  private cpu = process.cpuUsage();
  private pauses: number[] = [];
  private readonly delay: LoopDelay;
  private readonly collections = new PerformanceObserver((list) => this.note(list.getEntries()));

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.delay = new LoopDelay(clock);
    this.collections.observe({ entryTypes: ['gc'] });
  }

  take(): ProcessUse {
    const { user, system } = process.cpuUsage(this.cpu);
    this.cpu = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    const gc = this.pauses;
    this.pauses = [];
    return {
      cpu_ms: rounded((user + system) / 1000),
      rss_bytes: rss,
      heap_bytes: heapUsed,
      gc_ms: gc,
      event_loop_delay: this.delay.take(),
    };
  }

  close(): void {
    this.delay.close();
    this.collections.disconnect();
  }

  private note(collections: readonly { duration: number }[]): void {
    for (const { duration } of collections) this.pauses.push(rounded(duration));
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

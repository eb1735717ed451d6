import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

/** What this process used since the last look at it. */
export interface ProcessUse {
  /** User and system time of all threads. */
  cpu_ms: number;
  rss_bytes: number;
  heap_bytes: number;
  /** Every pause of the main thread for garbage collection. */
  gc_ms: number[];
  /** By how much timers of the main thread were late. */
  event_loop_delay_ms: { count: number; mean: number; p99: number; max: number };
}

/** How often the event loop is asked how late it is. */
const resolutionMs = 10;

/** Watches this process until closed. */
export class ProcessFigures {
  private cpu = process.cpuUsage();
  private pauses: number[] = [];
  private readonly delay = monitorEventLoopDelay({ resolution: resolutionMs });
  private readonly collections = new PerformanceObserver((list) => this.note(list.getEntries()));

  constructor() {
    this.delay.enable();
    this.collections.observe({ entryTypes: ['gc'] });
  }

  take(): ProcessUse {
    const { user, system } = process.cpuUsage(this.cpu);
    this.cpu = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    const gc = this.pauses;
    this.pauses = [];
    const { delay } = this;
    // What is measured is the whole interval between two timers.
    const late = (ns: number) => (delay.count === 0 ? 0 : rounded(Math.max(0, ns / 1e6 - resolutionMs)));
    const use = {
      cpu_ms: rounded((user + system) / 1000),
      rss_bytes: rss,
      heap_bytes: heapUsed,
      gc_ms: gc,
      event_loop_delay_ms: {
        count: delay.count,
        mean: late(delay.mean),
        p99: late(delay.percentile(99)),
        max: late(delay.max),
      },
    };
    delay.reset();
    return use;
  }

  close(): void {
    this.delay.disable();
    this.collections.disconnect();
  }

  private note(collections: readonly { duration: number }[]): void {
    for (const { duration } of collections) this.pauses.push(rounded(duration));
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

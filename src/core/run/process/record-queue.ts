import type { Delivery } from './sources/source.js';

/** Between the source, which fetches ahead, and the engine, which takes what is there: bounded in bytes, so that a slow sink stops the fetching. */
export class RecordQueue {
  private readonly waiting: Delivery[] = [];
  private bytes = 0;
  private readonly maxBytes: number;
  private wakeTaker: (() => void) | undefined;
  private wakePushers: (() => void)[] = [];

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Resolves when there is room again; the records are taken at once. */
  async push(delivery: Delivery): Promise<void> {
    this.waiting.push(delivery);
    this.bytes += delivery.records.records.buffer.byteLength;
    this.wakeTaker?.();
    while (this.bytes > this.maxBytes) await new Promise<void>((resolve) => this.wakePushers.push(resolve));
  }

  /** What has come, up to about `maxRecords`, in the order of each partition; waits up to `waitMs` for the first. */
  async take(maxRecords: number, waitMs: number): Promise<Delivery[]> {
    if (this.waiting.length === 0) await this.arrival(waitMs);
    const taken: Delivery[] = [];
    for (let records = 0; records < maxRecords && this.waiting.length > 0; ) {
      const next = this.waiting.shift()!;
      records += next.records.size;
      this.bytes -= next.records.records.buffer.byteLength;
      taken.push(next);
    }
    const pushers = this.wakePushers;
    this.wakePushers = [];
    for (const wake of pushers) wake();
    return taken;
  }

  private arrival(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.wakeTaker = undefined;
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      this.wakeTaker = done;
    });
  }
}

import type { Delivery } from './sources/source.js';

/** Between the source, which fetches ahead, and the engine, which takes what is there: bounded in bytes, so that a slow sink stops the fetching. */
export class RecordQueue {
  private readonly waiting: Delivery[] = [];
  private readonly maxBytes: number;
  private bytes = 0;
  private records = 0;
  private closed = false;
  private wakeTaker: (() => void) | undefined;
  private wakePushers: (() => void)[] = [];

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  holds(records: number): boolean {
    return this.records >= records;
  }

  /** Takes the delivery at once and resolves when there is room again. */
  async push(delivery: Delivery): Promise<void> {
    this.waiting.push(delivery);
    this.bytes += bytesOf(delivery);
    this.records += delivery.records.size;
    this.wake();
    while (this.bytes > this.maxBytes && !this.closed)
      await new Promise<void>((resolve) => this.wakePushers.push(resolve));
  }

  /** What has come, up to about `maxRecords`, each partition in its order; waits up to `waitMs` for the first. */
  async take(maxRecords: number, waitMs: number): Promise<Delivery[]> {
    if (this.waiting.length === 0) await this.arrival(waitMs);
    const taken: Delivery[] = [];
    for (let records = 0; records < maxRecords && this.waiting.length > 0; ) {
      const next = this.waiting.shift()!;
      records += next.records.size;
      this.records -= next.records.size;
      this.bytes -= bytesOf(next);
      taken.push(next);
    }
    this.wakeAllPushers();
    return taken;
  }

  /** Ends a `take` that waits. */
  wake(): void {
    this.wakeTaker?.();
  }

  /** Nobody takes any more: pushes return at once. */
  close(): void {
    this.closed = true;
    this.wakeAllPushers();
  }

  private wakeAllPushers(): void {
    for (const wake of this.wakePushers.splice(0)) wake();
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

/** What the delivery keeps in memory of the fetched bytes, its share of the response. */
function bytesOf({ records: { records, size } }: Delivery): number {
  return size === 0 ? 0 : Math.max(0, records.valueEnds[size - 1]! - records.valueStarts[0]!) + 64 * size;
}

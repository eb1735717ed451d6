import { setImmediate } from 'node:timers/promises';
import type { Delivery, Taker } from './sources/source.js';

/** How long a source that waited to be asked may take to answer, while something else is there to take. */
const momentMs = 10;

/** Between the source, which fetches ahead, and the engine, which takes what is there: bounded in bytes, so that a slow sink stops the fetching. */
export class RecordQueue implements Taker {
  private readonly waiting: Delivery[] = [];
  private readonly maxBytes: number;
  private bytes = 0;
  private records = 0;
  private closed = false;
  /** There was a `take`, and no delivery since. */
  private asked = false;
  private wakeTaker: (() => void) | undefined;
  private wakePushers: (() => void)[] = [];
  private wakeSources: (() => void)[] = [];

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  holds(records: number): boolean {
    return this.records >= records;
  }

  /** Takes the delivery at once and resolves when there is room again. */
  async deliver(delivery: Delivery): Promise<void> {
    this.asked = false;
    this.waiting.push(delivery);
    this.bytes += bytesOf(delivery);
    this.records += delivery.records.size;
    this.wake();
    while (this.bytes > this.maxBytes && !this.closed)
      await new Promise<void>((resolve) => this.wakePushers.push(resolve));
  }

  async wanted(): Promise<void> {
    if (!this.asked && !this.closed) await new Promise<void>((resolve) => this.wakeSources.push(resolve));
  }

  /** What has come, up to about `maxRecords`, each partition in its order; waits up to `waitMs` for the first. */
  async take(maxRecords: number, waitMs: number): Promise<Delivery[]> {
    const sourceWaited = this.wakeSources.length > 0;
    this.asked = true;
    wakeAll(this.wakeSources);
    if (this.waiting.length === 0) await this.arrival(waitMs);
    else if (sourceWaited && !this.holds(maxRecords)) await this.arrival(momentMs);
    // What one response holds is delivered in one turn.
    await setImmediate();
    const taken: Delivery[] = [];
    for (let records = 0; records < maxRecords && this.waiting.length > 0; ) {
      const next = this.waiting.shift()!;
      records += next.records.size;
      this.records -= next.records.size;
      this.bytes -= bytesOf(next);
      taken.push(next);
    }
    wakeAll(this.wakePushers);
    return taken;
  }

  /** Ends a `take` that waits. */
  wake(): void {
    this.wakeTaker?.();
  }

  /** Nobody takes any more: what waits goes on. */
  close(): void {
    this.closed = true;
    wakeAll(this.wakePushers);
    wakeAll(this.wakeSources);
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

function wakeAll(waiting: (() => void)[]): void {
  for (const wake of waiting.splice(0)) wake();
}

/** What the delivery keeps in memory of the fetched bytes, its share of the response. */
function bytesOf({ records: { records, size } }: Delivery): number {
  return size === 0 ? 0 : Math.max(0, records.valueEnds[size - 1]! - records.valueStarts[0]!) + 64 * size;
}

import type { Alert } from '../../process/detect/kind.js';
import type { Clock } from '../../runtime/runtime.js';
import type { AlertStore } from './alert-store.js';

/** An insert of a few rows costs ClickHouse what one of a thousand does: alerts wait so long for others. */
const gatherMs = 1_000;

/** Alerts of many blocks on their way to their table. What waits here is lost with the process: a replay raises it again, up to the next checkpoint. */
export class GatheredAlerts {
  private readonly clock: Pick<Clock, 'monotonic'>;
  private readonly store: Pick<AlertStore, 'store'>;
  private readonly waiting: Alert[] = [];
  private firstAt = 0;
  private stored: Promise<void> = Promise.resolve();

  constructor(clock: Pick<Clock, 'monotonic'>, store: Pick<AlertStore, 'store'>) {
    this.clock = clock;
    this.store = store;
  }

  add(alerts: readonly Alert[]): void {
    if (this.waiting.length === 0) this.firstAt = this.clock.monotonic();
    for (const alert of alerts) this.waiting.push(alert);
  }

  /** Stores them when the first has waited long enough. */
  async storeDue(): Promise<void> {
    if (this.waiting.length > 0 && this.clock.monotonic() - this.firstAt >= gatherMs) await this.storeAll();
  }

  /** Returns when all that were added are stored. */
  storeAll(): Promise<void> {
    const alerts = this.waiting.splice(0);
    this.stored = this.stored.then(() => this.store.store(alerts));
    return this.stored;
  }
}

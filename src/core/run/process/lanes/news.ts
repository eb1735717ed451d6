import type { Clock } from '../../../runtime/runtime.js';

/** Tells one who waits that there is something to do; what was told while nobody waited is not lost. */
export class News {
  private readonly clock: Clock;
  private told = false;
  private waiting: AbortController | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  tell(): void {
    this.told = true;
    this.waiting?.abort();
  }

  /** Resolves when something was told since the last time, or after `ms`. */
  async next(ms: number): Promise<void> {
    if (!this.told) {
      this.waiting = new AbortController();
      await this.clock.sleep(ms, this.waiting.signal).catch(() => undefined);
      this.waiting = undefined;
    }
    this.told = false;
  }
}

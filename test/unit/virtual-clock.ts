import type { Clock } from '../../src/core/runtime/runtime.js';

/** Time that stands still until everybody sleeps, then goes on to the next that is due to wake: hours pass in no time. */
export class VirtualClock implements Clock {
  private time = 0;
  private readonly sleepers: { at: number; wake: () => void }[] = [];
  private readonly epoch: number;
  private advancing = false;

  constructor(epoch = 1_700_000_000_000) {
    this.epoch = epoch;
  }

  now(): number {
    return this.epoch + Math.floor(this.time);
  }

  monotonic(): number {
    return this.time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const sleeper = { at: this.time + ms, wake };
      const abort = () => {
        const at = this.sleepers.indexOf(sleeper);
        if (at >= 0) this.sleepers.splice(at, 1);
        reject(signal!.reason);
      };
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener('abort', abort, { once: true });
      this.sleepers.push(sleeper);
      if (!this.advancing) this.advance();
    });
  }

  /** After all that can run now has run. */
  private advance(): void {
    this.advancing = true;
    setImmediate(() =>
      setImmediate(() => {
        this.advancing = false;
        const next = this.sleepers.sort((a, b) => a.at - b.at).shift();
        if (!next) return;
        this.time = Math.max(this.time, next.at);
        next.wake();
        if (this.sleepers.length > 0) this.advance();
      }),
    );
  }
}

import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../runtime/runtime.js';
import type { PartitionSender } from './partition-sender.js';

/** Records that fall due within this time go out together, as by a producer's linger.ms: half as many batches cost the broker half as much. */
const tickMs = 20;

export interface PacerOptions {
  clock: Clock;
  /** On the monotonic clock: when an intended time of 0 would be due. */
  origin: number;
  /** Send as fast as acknowledgements allow, in the order of the intended times. */
  unpaced: boolean;
  /** Stops handing out new records. */
  stop: AbortSignal;
}

/**
 * Sends every record at its intended time, or late, never early and never not at all: the loop is open, a slow broker changes nothing of the
 * schedule. Call `wake` whenever a batch is acknowledged or has failed.
 */
export class Pacer {
  private readonly senders: readonly PartitionSender[];
  private readonly options: PacerOptions;
  private wakeUp: (() => void) | undefined;

  constructor(senders: readonly PartitionSender[], options: PacerOptions) {
    this.senders = senders;
    this.options = options;
  }

  readonly wake = (): void => {
    this.wakeUp?.();
  };

  /** Resolves when the last record has been handed to its producer, or `stop` was asked for. */
  async run(): Promise<void> {
    const { stop, unpaced } = this.options;
    const onStop = () => this.wake();
    stop.addEventListener('abort', onStop);
    while (!stop.aborted && this.senders.some(({ nextAt }) => nextAt < Number.POSITIVE_INFINITY))
      await (unpaced ? this.roundUnpaced() : this.roundPaced());
    stop.removeEventListener('abort', onStop);
  }

  /** Resolves when nothing is on the way any more. */
  async drain(): Promise<void> {
    while (this.senders.some(({ unacknowledged }) => unacknowledged > 0)) await this.woken();
  }

  private async roundPaced(): Promise<void> {
    const { clock, origin } = this.options;
    const now = clock.monotonic() - origin;
    for (const sender of this.senders) if (sender.nextAt <= now) sender.sendDue(now, origin);
    const next = this.senders.reduce((least, { nextAt }) => Math.min(least, nextAt), Number.POSITIVE_INFINITY);
    if (next > now) {
      if (next < Number.POSITIVE_INFINITY) await this.woken(Math.max(tickMs, next - now), false);
      return;
    }
    // Behind: the next round takes the next batches, as soon as there is room for them.
    if (this.senders.some(({ nextAt, hasRoom }) => nextAt <= now && hasRoom)) await setImmediate();
    else await this.woken(tickMs);
  }

  private async roundUnpaced(): Promise<void> {
    let first: PartitionSender | undefined;
    for (const sender of this.senders)
      if (sender.hasRoom && sender.nextAt < (first?.nextAt ?? Number.POSITIVE_INFINITY)) first = sender;
    if (!first) return this.woken();
    first.sendDue(Number.POSITIVE_INFINITY, 0);
    await setImmediate();
  }

  /** Until `wake`, a stop or so many milliseconds; `byAcks` false waits for the time alone. */
  private async woken(ms?: number, byAcks = true): Promise<void> {
    const { clock, stop } = this.options;
    const timer = new AbortController();
    const waits: Promise<unknown>[] = [];
    if (ms !== undefined) waits.push(clock.sleep(ms, byAcks ? timer.signal : stop).catch(() => undefined));
    if (byAcks) waits.push(new Promise<void>((resolve) => (this.wakeUp = resolve)));
    await Promise.race(waits);
    this.wakeUp = undefined;
    timer.abort();
  }
}

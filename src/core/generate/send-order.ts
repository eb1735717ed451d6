import type { Distorter } from './distorter.js';
import { maxRepeatDelay } from './distortions.js';

export type SendStep = 'send' | 'repeat' | 'discard';

/**
 * The order in which one partition's sequences are sent, discarded and sent again: a function of the distortions alone. A repeat stands after
 * the event that its delay names, several by age; those still waiting at the end follow the last event.
 */
export class SendOrder {
  /** What the last step was about. */
  sequence = -1;
  private readonly distorter: Distorter;
  /** By sequence modulo 32 a bit per delay: who is due after that sequence. */
  private readonly due = new Int32Array(32);
  private made = 0;
  private ready = 0;
  private readyAt = 0;

  constructor(distorter: Distorter) {
    this.distorter = distorter;
  }

  /** How many sequences have been used. */
  get sequences(): number {
    return this.made;
  }

  /** Goes one step on; `more` is asked whether there is another new event, and only when one is wanted. Undefined after the last step. */
  step(more: () => boolean): SendStep | undefined {
    if (this.ready === 0) {
      if (more()) return this.takeNew();
      if (!this.drain()) return undefined;
    }
    const delay = 31 - Math.clz32(this.ready);
    this.ready &= ~(1 << delay);
    this.sequence = this.readyAt - delay;
    return 'repeat';
  }

  private takeNew(): SendStep {
    const sequence = this.made++;
    this.sequence = sequence;
    const delay = this.distorter.repeatDelayOf(sequence);
    if (delay > 0) {
      const slot = (sequence + delay) & 31;
      this.due[slot] = this.due[slot]! | (1 << delay);
    }
    this.makeReady(sequence);
    return this.distorter.isDiscarded(sequence) ? 'discard' : 'send';
  }

  /** After the last new event: makes one more group of waiting repeats ready; false when none is left. */
  private drain(): boolean {
    for (let at = this.made; at < this.made + maxRepeatDelay; at++) {
      if (this.due[at & 31] === 0) continue;
      this.makeReady(at);
      return true;
    }
    return false;
  }

  private makeReady(at: number): void {
    const slot = at & 31;
    this.ready = this.due[slot]!;
    this.readyAt = at;
    this.due[slot] = 0;
  }
}

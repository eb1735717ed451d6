import type { Random } from '../../generate/random.js';

/** Anything that acts again and again with pauses: a session of a user. */
export interface Actor {
  /** Epoch ms from which it may act again. */
  due: number;
}

/**
 * Who acts next, whatever the rate: a random actor if its pause is over, else a new one is wanted, until `capacity` are active; then pauses
 * are cut short. So at 10 events/s people think for seconds, and at 10,000 the same population is merely quicker; new actors
 * come by the keys' weights, so --skew holds in the long run.
 */
export class ActorPool<A extends Actor> {
  private readonly active: A[] = [];
  private readonly capacity: number;
  private readonly random: Random;

  constructor(capacity: number, random: Random) {
    this.capacity = capacity;
    this.random = random;
  }

  /** Somebody who may act at this time, or undefined when a new actor should be added. */
  take(time: number): { actor: A; index: number } | undefined {
    if (this.active.length === 0) return undefined;
    const index = this.random.int(this.active.length);
    const actor = this.active[index]!;
    return actor.due <= time || this.active.length >= this.capacity ? { actor, index } : undefined;
  }

  /** Its index, until somebody is removed. */
  add(actor: A): number {
    return this.active.push(actor) - 1;
  }

  /** The last one takes the freed place. */
  remove(index: number): void {
    const last = this.active.pop()!;
    if (index < this.active.length) this.active[index] = last;
  }
}

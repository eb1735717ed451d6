import type { Role } from '../http/auth.js';
import { Exception } from '../http/errors.js';

/** Places in which statements run: numbered, so that each can own a pipe. */
export interface Slots {
  /** Waits for a free place, first come first served, readers only while they leave some to writers. Throws 202 when too many wait. */
  take(role: Role): Promise<number>;
  give(slot: number, role: Role): void;
  /** Resolves when every place is free. */
  idle(): Promise<void>;
}

const maxWaiting = 1000;

export function createSlots(total: number, forReaders: number): Slots {
  const free = Array.from({ length: total }, (_, index) => index);
  const waiting: { role: Role; start: (slot: number) => void }[] = [];
  const idleWaiters: (() => void)[] = [];
  let readers = 0;

  const admits = (role: Role) => free.length > 0 && (role === 'writer' || readers < forReaders);
  const occupy = (role: Role) => {
    if (role === 'reader') readers += 1;
    return free.pop()!;
  };
  return {
    take(role) {
      if (admits(role)) return Promise.resolve(occupy(role));
      if (waiting.length >= maxWaiting)
        throw new Exception(
          202,
          'TOO_MANY_SIMULTANEOUS_QUERIES',
          `Too many simultaneous queries: ${maxWaiting} wait for ${total} places`,
        );
      return new Promise((start) => waiting.push({ role, start }));
    },
    give(slot, role) {
      free.push(slot);
      if (role === 'reader') readers -= 1;
      for (;;) {
        const index = waiting.findIndex((waiter) => admits(waiter.role));
        if (index < 0) break;
        const [waiter] = waiting.splice(index, 1);
        waiter!.start(occupy(waiter!.role));
      }
      if (free.length === total) for (const wake of idleWaiters.splice(0)) wake();
    },
    idle: () => (free.length === total ? Promise.resolve() : new Promise((wake) => idleWaiters.push(wake))),
  };
}

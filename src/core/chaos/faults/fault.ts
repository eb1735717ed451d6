import type { TcpProxy } from '../proxy/tcp-proxy.js';
import type { Target, TargetName } from '../targets/target.js';

/** What a fault may do harm to: a process, and the connections that lead to it. */
export interface Victim {
  target: Target;
  /** Between the pipeline's own clients and a service; a generator or an engine has none. */
  proxy: TcpProxy | undefined;
}

/** One way to do harm. `strike`, then `lastsMs` of it, then `heal`: afterwards the victim is as before, or coming back by itself. */
export interface Fault {
  /** In the past tense, for people: "killed". */
  done: string;
  befalls: readonly TargetName[];
  /** How many of its cards are in the deck, for each target. */
  weight: number;
  /** Shortest and longest time from strike to heal. */
  lastsMs: readonly [number, number];
  strike(victim: Victim): Promise<void>;
  heal(victim: Victim): Promise<void>;
}

import type { StackEvent } from '../stack/stack.js';
import type { RigHooks } from './measure/rig.js';
import type { BenchSecond } from './measure/second.js';
import type { StackOptions } from './measure/stack.js';

export interface BenchOptions extends StackOptions {
  seed: number;
  workers: number;
  /** Verify by counts and by what ClickHouse computes, without the oracle. */
  quick: boolean;
  /** Look for the highest rate that is sustained, beginning with the workload's. */
  findMax: boolean;
}

export interface BenchHooks extends RigHooks {
  onStack(event: StackEvent): void;
  /** Once a second while something is measured. */
  onSecond(second: BenchSecond): void;
}

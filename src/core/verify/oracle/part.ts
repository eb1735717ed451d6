import type { Accumulator, Place } from './accumulators.js';
import type { Value } from './values.js';

/** A row that is being made: the events of one group in one window. */
export interface Group {
  /** [start, end) in ms. */
  start: number;
  end: number;
  keys: Value[];
  /** By the window's inputs. */
  accumulators: Accumulator[];
}

/** One size of a window, or all of its sessions. */
export interface Part {
  /** 0 for sessions. */
  readonly size: number;
  /** How many are still to be handed out, each group of sessions being one. */
  readonly groups: number;
  /** `values` are those of the inputs, null where the event does not count. */
  add(group: string, keys: Value[], values: readonly Value[], place: Place): void;
  /** Takes out the groups that no event above `frontier` can change any more: those with end - 1 <= frontier. */
  seal(frontier: number): Group[];
  /** How many values lists and sets hold. */
  held(): number;
}

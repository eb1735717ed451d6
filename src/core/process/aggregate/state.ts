import type { PlanAggregate } from '../../pipeline/plan.js';
import type { Dictionary } from '../dictionary.js';
import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';

/**
 * What an aggregate comes to, in the columns' own units: decimals scaled integers (bigint beyond 2^53), bools 0 and 1, timestamps ms, strings as
 * text; null where nothing contributed.
 */
export type AggregateValue = number | bigint | string | null;

/** What the states of one batch read, by row. */
export interface AggregateInput {
  /** The argument: NaN is null, strings as interned ids. Empty for count(). */
  values: Float64Array;
  times: Float64Array;
  offsets: Float64Array;
  partition: number;
}

/**
 * One aggregate's state for all groups of one slice, as arrays by group. Life: `ensure` before any group beyond the last is touched; `add` and
 * `merge` any number of times; results and bytes can be taken at any time and change nothing. Merging is associative and, but for the
 * rounding of float sums, independent of order.
 */
export interface AggregateState {
  /** Makes room for groups 0 to count - 1. */
  ensure(count: number): void;
  /** Adds the rows rows[0 .. count - 1], each to the group at the same place. */
  add(groups: Int32Array, rows: Int32Array, count: number, input: AggregateInput): void;
  /** Adds the groups `sources` of another state of the same aggregate and dictionary to the groups `targets` of this one. */
  merge(from: AggregateState, sources: Int32Array, targets: Int32Array, count: number): void;
  result(group: number): AggregateValue;
  write(writer: StateWriter, groups: number): void;
  /** Into a fresh state. */
  read(reader: StateReader, groups: number): void;
  readonly bytes: number;
}

/** An aggregate function. The dictionary is the one that the ids of its inputs belong to. */
export interface AggregateType {
  create(aggregate: PlanAggregate, dictionary: Dictionary): AggregateState;
}

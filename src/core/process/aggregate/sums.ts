import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';

/** Running sums by group: what `sum` and `avg` are made of. */
export interface Sums {
  ensure(count: number): void;
  add(group: number, value: number): void;
  merge(from: Sums, source: number, target: number): void;
  total(group: number): number | bigint;
  /** The total as the nearest double. */
  nearest(group: number): number;
  write(writer: StateWriter, groups: number): void;
  read(reader: StateReader): void;
  readonly bytes: number;
}

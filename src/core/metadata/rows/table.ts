/** A value as COPY takes it; decimals come as text so that no digit is lost. */
export type Cell = string | number | boolean | Date | null;

/** The rows of one table. Iterating again gives the same rows again, so that a child table can walk its parent without keeping it. */
export interface SeededTable {
  name: string;
  columns: readonly string[];
  rows: Iterable<readonly Cell[]>;
}

/** What one shipped pipeline is seeded with. */
export interface DomainRows {
  /** Raised when the generators change, so that a schema seeded by an older version is filled anew. */
  generation: number;
  /** Parents before the children that refer to them. */
  tables(seed: number, scale: number): readonly SeededTable[];
}

/** An iterable that starts its generator afresh each time. */
export function again<T>(start: () => Iterator<T>): Iterable<T> {
  return { [Symbol.iterator]: start };
}

/** So many rows at this scale, never fewer than `least`. */
export function scaled(base: number, scale: number, least = 1): number {
  return Math.max(least, Math.round(base * scale));
}

/** `user_000001`: of one width up to a million, so that the order of the texts is the order of the numbers. */
export function id(prefix: string, number: number): string {
  return `${prefix}_${String(number).padStart(6, '0')}`;
}

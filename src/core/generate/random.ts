/** Seeded randomness: the same seed gives the same sequence on every machine. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  float(): number;
  /** Uniform in [0, bound), bound at most 2^32. */
  int(bound: number): number;
  /** Standard normal. */
  normal(): number;
  /** Mean 1. */
  exponential(): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

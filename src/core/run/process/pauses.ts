export interface Pause {
  /** How long to wait before the next attempt. */
  ms: number;
  /** Something succeeded: the next pause is the shortest again. */
  reset(): void;
}

/** Pauses between attempts at something that is away: 0.1 s, doubling up to 5 s, for ever. */
export function* pauses(first = 100, longest = 5_000): Generator<Pause, never> {
  let next = first;
  while (true) {
    const ms = next;
    next = Math.min(longest, next * 2);
    yield {
      ms,
      reset() {
        next = first;
      },
    };
  }
}

/** As long as a client is told that it may keep one. */
export const answersForMs = 1_000;

/** Answers that may be this old are given to all who ask the same: of many who look at one thing, one makes work. */
export class ShortCache<T> {
  private readonly maxAgeMs: number;
  private readonly most: number;
  private readonly now: () => number;
  /** Oldest first. */
  private readonly kept = new Map<string, { at: number; answer: Promise<T> }>();

  /** `now` is a monotonic clock in ms; no more than `most` answers are held. */
  constructor(maxAgeMs: number, most: number, now: () => number) {
    this.maxAgeMs = maxAgeMs;
    this.most = most;
    this.now = now;
  }

  /** An answer under way is waited for, also by those who come later; one that fails is not kept. Its age counts from the question. */
  get(key: string, ask: () => Promise<T>): Promise<T> {
    const now = this.now();
    const found = this.kept.get(key);
    if (found && now - found.at <= this.maxAgeMs) return found.answer;
    const answer = ask();
    this.kept.delete(key);
    this.kept.set(key, { at: now, answer });
    answer.catch(() => {
      if (this.kept.get(key)?.answer === answer) this.kept.delete(key);
    });
    for (const [oldest, { at }] of this.kept) {
      if (this.kept.size <= this.most && now - at <= this.maxAgeMs) break;
      this.kept.delete(oldest);
    }
    return answer;
  }
}

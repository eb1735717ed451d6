import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is neither undefined nor false; throws what was waited for when `timeoutMs` have gone by. For state outside of this process. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`after ${timeoutMs} ms still not: ${what}`);
    await sleep(50);
  }
}

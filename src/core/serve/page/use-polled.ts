import { useEffect, useState } from 'preact/hooks';
import { ask, Refused } from './api.js';

export interface Polled<T> {
  value: T | undefined;
  /** Why there is no newer value. */
  problem: string | undefined;
}

/** Asks again and again, `everyMs` after each answer; anew when the path changes. The last value stays while the server is away. */
export function usePolled<T>(path: string, everyMs: number): Polled<T> {
  const [polled, setPolled] = useState<Polled<T> & { path: string }>({ path, value: undefined, problem: undefined });
  useEffect(() => {
    const ended = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const poll = async () => {
      try {
        const value = await ask<T>(path, ended.signal);
        if (!ended.signal.aborted) setPolled({ path, value, problem: undefined });
      } catch (error) {
        if (ended.signal.aborted) return;
        const problem = error instanceof Refused ? error.message : 'the server does not answer';
        setPolled((before) => ({ path, value: before.path === path ? before.value : undefined, problem }));
      }
      if (!ended.signal.aborted) timer = setTimeout(poll, everyMs);
    };
    void poll();
    return () => {
      ended.abort();
      clearTimeout(timer);
    };
  }, [path, everyMs]);
  return polled.path === path ? polled : { value: undefined, problem: undefined };
}

import { useCallback, useEffect, useState } from 'preact/hooks';
import { ask, type Snapshot } from './api.js';

/** Asked anew with each connection: another server may have others. */
export function usePipelines(live: boolean): string[] {
  const [names, setNames] = useState<string[]>([]);
  useEffect(() => {
    if (live)
      ask<{ pipelines: { pipeline: string }[] }>('/v1/pipelines').then(
        ({ pipelines }) => setNames(pipelines.map(({ pipeline }) => pipeline)),
        () => undefined,
      );
  }, [live]);
  return names;
}

/** What the address names after #, else the first that runs, else the first. */
export function useChoice(
  names: readonly string[],
  snapshot: Snapshot | undefined,
): [string | undefined, (name: string) => void] {
  const [hash, setHash] = useState(location.hash.slice(1));
  useEffect(() => {
    const changed = () => setHash(location.hash.slice(1));
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  const choose = useCallback((name: string) => {
    location.hash = name;
  }, []);
  const runs = names.find((name) => snapshot?.pipelines.some(({ pipeline }) => pipeline === name));
  return [names.includes(hash) ? hash : (runs ?? names[0]), choose];
}

import { useEffect, useState } from 'preact/hooks';
import { momentOf } from '../../observe/moment.js';
import { ask, type Moment, type Snapshot } from './api.js';
import type { Connection } from './live.js';

const keptMs = 15 * 60_000;

/** The server's history, and each look since; asked for again after a connection was lost. */
export function useMoments(name: string, snapshot: Snapshot | undefined, connection: Connection): Moment[] {
  const [moments, setMoments] = useState<Moment[]>([]);
  useEffect(() => {
    if (connection === 'live')
      ask<{ moments: Moment[] }>(`/v1/pipelines/${name}/history?from=15m`).then(
        (history) => setMoments((before) => merged(before, history.moments)),
        () => undefined,
      );
  }, [name, connection]);
  useEffect(() => {
    const look = snapshot?.pipelines.find(({ pipeline }) => pipeline === name);
    if (snapshot && look) setMoments((before) => merged(before, [momentOf(look, snapshot.at)]));
  }, [snapshot, name]);
  return moments;
}

/** By time, each once. */
function merged(before: readonly Moment[], more: readonly Moment[]): Moment[] {
  const all = new Map([...before, ...more].map((moment) => [moment.at, moment]));
  const newest = Math.max(...all.keys());
  return [...all.values()].filter(({ at }) => at > newest - keptMs).sort((a, b) => a.at - b.at);
}

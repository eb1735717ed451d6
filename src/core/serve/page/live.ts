import { Refused, request, type Snapshot } from './api.js';

export type Connection = 'connecting' | 'live' | 'lost' | 'token';

export interface Listener {
  snapshot(snapshot: Snapshot): void;
  /** Each time that the stream begins, ends or is refused. */
  connection(connection: Connection): void;
}

const againMs = 1_000;
/** A stream that says nothing for so long is broken, whatever the connection says. */
const silentMs = 10_000;

/** Listens to the server's looks, and again whenever that ends; EventSource would bear no token. Ends with the signal. */
export async function listen(listener: Listener, signal: AbortSignal): Promise<void> {
  listener.connection('connecting');
  while (!signal.aborted) {
    let lost: Connection = 'lost';
    try {
      await readStream(listener, signal);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) lost = 'token';
    }
    if (signal.aborted) return;
    listener.connection(lost);
    if (lost === 'token') return;
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
}

async function readStream(listener: Listener, signal: AbortSignal): Promise<void> {
  const silent = new AbortController();
  const ends = AbortSignal.any([signal, silent.signal]);
  let timer = setTimeout(() => silent.abort(), silentMs);
  try {
    const response = await request('/v1/stream', ends);
    listener.connection('live');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), silentMs);
      const events = (rest + value).split('\n\n');
      rest = events.pop()!;
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (data !== undefined) listener.snapshot(JSON.parse(data) as Snapshot);
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

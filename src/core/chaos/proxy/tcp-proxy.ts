import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A TCP proxy on loopback in front of one service, whose connections can be harmed. */
export interface TcpProxy {
  /** host:port, for clients. */
  address: string;
  /** Resets every connection, also each new one, until `mend`. */
  cut(): void;
  /** Delays each piece of data by so long, one after another in each direction or in that of answers alone, until `mend`. */
  slow(delayMs: number, way?: 'both' | 'answers'): void;
  mend(): void;
  close(): Promise<void>;
}

/** Connections go to `upstream` (host:port), one for one. Where it refuses one, the client's is reset. */
export async function openProxy(upstream: string): Promise<TcpProxy> {
  const [host, port] = [upstream.slice(0, upstream.lastIndexOf(':')), Number(upstream.split(':').at(-1))];
  const open = new Set<Socket>();
  const delays = { requests: 0, answers: 0 };
  let broken = false;
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    if (broken) return client.resetAndDestroy();
    const service = connect({ host, port, noDelay: true, allowHalfOpen: true });
    for (const [one, other, way] of [
      [client, service, 'requests'],
      [service, client, 'answers'],
    ] as const) {
      open.add(one);
      one.on('error', () => undefined);
      one.once('close', () => {
        open.delete(one);
        if (!one.readableEnded) other.resetAndDestroy();
      });
      void forward(one, other, () => delays[way]);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reset = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      broken = true;
      reset();
    },
    slow(ms, way = 'both') {
      Object.assign(delays, { requests: way === 'both' ? ms : 0, answers: ms });
    },
    mend() {
      broken = false;
      Object.assign(delays, { requests: 0, answers: 0 });
    },
    async close() {
      server.close();
      reset();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** What `from` sends goes to `to`, in order, no faster than `to` takes it; so does the end. */
async function forward(from: Socket, to: Socket, delayMs: () => number): Promise<void> {
  try {
    for await (const piece of from.iterator({ destroyOnReturn: false })) {
      if (delayMs() > 0) await sleep(delayMs());
      if (!to.write(piece)) await drained(to);
    }
    to.end();
  } catch {
    // Either side was lost: its 'close' resets the other.
  }
}

/** Until it takes more, or never will. */
async function drained(socket: Socket): Promise<void> {
  const over = new AbortController();
  const options = { signal: over.signal };
  await Promise.race([once(socket, 'drain', options), once(socket, 'close', options)]).finally(() => over.abort());
}

import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

const keepAliveMs = 60_000;

/** kafkajs's sockets, led to other addresses than those that brokers advertise where `via` says so; certificates are checked for the advertised name. */
export function socketsVia(via: Readonly<Record<string, string>> = {}): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    const target = addressOf(via[`${host}:${port}`] ?? `${host}:${port}`);
    const name = isIP(host) ? {} : { servername: host };
    const socket: Socket = ssl
      ? connectTls({ ...target, ...name, ...ssl }, onConnect)
      : connect(target, onConnect as () => void);
    socket.setKeepAlive(true, keepAliveMs);
    // kafkajs unrefs a dead socket at each attempt to connect anew, which adds a listener each time.
    socket.setMaxListeners(0);
    return socket;
  };
}

function addressOf(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}

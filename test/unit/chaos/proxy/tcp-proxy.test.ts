import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openProxy, type TcpProxy } from '../../../../src/core/chaos/proxy/tcp-proxy.js';

/** Sends everything back, and its own end behind the client's. */
let echo: Server;
let proxy: TcpProxy;

beforeEach(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await openProxy(`127.0.0.1:${(echo.address() as AddressInfo).port}`);
});

afterEach(async () => {
  await proxy.close();
  echo.close();
});

function dial(): Socket {
  const [host, port] = proxy.address.split(':');
  return connect({ host, port: Number(port), allowHalfOpen: true });
}

async function open(): Promise<Socket> {
  const socket = dial();
  await once(socket, 'connect');
  return socket;
}

/** Code of the error that the socket ends with. */
function lost(socket: Socket): Promise<string> {
  return new Promise((resolve) => socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code!)));
}

async function received(socket: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

describe('openProxy', () => {
  it('hands every byte on in both directions, and the end behind them', async () => {
    const sent = Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * 7) % 251));
    const socket = await open();
    socket.end(sent);
    expect((await received(socket)).equals(sent)).toBe(true);
  });

  it('cut resets what is open and what comes, mend lets new connections through', async () => {
    const socket = await open();
    socket.write('before');
    await once(socket, 'data');
    const reset = lost(socket);
    proxy.cut();
    expect(await reset).toBe('ECONNRESET');
    expect(['ECONNRESET', 'EPIPE']).toContain(await lost(dial()));
    proxy.mend();
    const again = await open();
    again.end('after');
    expect((await received(again)).toString()).toBe('after');
  });

  it('slow delays each piece in each direction and keeps their order', async () => {
    proxy.slow(40);
    const socket = await open();
    const begun = performance.now();
    socket.write('one');
    await once(socket, 'data');
    // There and back; timers may be a millisecond early.
    expect(performance.now() - begun).toBeGreaterThan(78);
    proxy.mend();
    socket.end('two three');
    expect((await received(socket)).toString()).toBe('two three');
  });

  it('resets the client where the service cannot be reached', async () => {
    echo.close();
    await once(echo, 'close');
    expect(['ECONNRESET', 'EPIPE']).toContain(await lost(dial()));
  });

  it('resets the client when the service does', async () => {
    echo.on('connection', (socket) => setImmediate(() => socket.resetAndDestroy()));
    expect(['ECONNRESET', 'EPIPE']).toContain(await lost(dial()));
  });
});

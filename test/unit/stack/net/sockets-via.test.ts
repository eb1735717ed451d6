import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { socketsVia } from '../../../../src/core/stack/net/sockets-via.js';

let server: Server;

beforeEach(async () => {
  server = createServer((socket) => socket.end('here')).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.close();
});

async function answerOf(via: Record<string, string> | undefined, host: string, port: number): Promise<string> {
  const open = socketsVia(via);
  const socket = await new Promise<ReturnType<typeof open>>((resolve, reject) => {
    const opened = open({ host, port, ssl: undefined as never, onConnect: () => resolve(opened) });
    opened.once('error', reject);
  });
  let text = '';
  for await (const piece of socket) text += String(piece);
  return text;
}

it('connects to the address given for the advertised one, to the advertised one otherwise', async () => {
  const { port } = server.address() as AddressInfo;
  expect(await answerOf({ 'broker.invalid:9092': `127.0.0.1:${port}` }, 'broker.invalid', 9092)).toBe('here');
  expect(await answerOf({ 'broker.invalid:9092': '127.0.0.1:1' }, '127.0.0.1', port)).toBe('here');
  expect(await answerOf(undefined, '127.0.0.1', port)).toBe('here');
});

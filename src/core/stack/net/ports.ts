import { createServer } from 'node:net';
import { missingError } from '../../runtime/errors.js';

export const loopback = '127.0.0.1';

/**
 * Below the range from which the systems take ports for outgoing connections: a port of ours must not be taken by a
 * passing client while its service is away, nor must a client that tries again and again come to connect to itself.
 */
const range = { first: 20_000, last: 32_000 };

/** Whether a service could listen there now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: loopback, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A free port on loopback; `random` gives numbers in [0, 1). */
export async function freePort(random: () => number): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = range.first + Math.floor(random() * (range.last - range.first));
    if (await isFree(port)) return port;
  }
  throw missingError(
    `no free port found between ${range.first} and ${range.last} on ${loopback}`,
    'Stop some of the processes that listen there.',
    'NO_FREE_PORT',
  );
}

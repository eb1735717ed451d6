import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../runtime/errors.js';
import type { Home } from '../runtime/home.js';
import type { Runtime } from '../runtime/runtime.js';
import { announce, type Source } from './announcement.js';
import { Exposition } from './exposition.js';
import { homeSamples } from './home-samples.js';
import type { Sample } from './sample.js';
import { sampledNow } from './sampled.js';

/**
 * Serves /metrics, and /samples for readers of our own, on a free loopback port and announces it in the home, until the returned function is called. Nothing depends on it: where it cannot, a
 * note says so and the work goes on.
 */
export function exportMetrics(
  { pid, note, clock }: Pick<Runtime, 'pid' | 'note' | 'clock'>,
  home: Pick<Home, 'run'>,
  source: Source,
  collect: () => Sample[] | Promise<Sample[]>,
): () => void {
  const exposition = new Exposition({ pipeline: source.pipeline });
  const collected = async () => [...(await collect()), ...homeSamples(home)];
  let withdraw = () => {};
  let closed = false;
  const answers: Record<string, { type: string; text(): Promise<string> }> = {
    '/metrics': { type: exposition.contentType, text: async () => exposition.text(await collected()) },
    '/samples': { type: 'application/json', text: async () => JSON.stringify(sampledNow(clock, await collected())) },
  };
  const server = createServer(async ({ method, url = '' }, response) => {
    const answer = answers[url.split('?')[0]!];
    if (!answer) return response.writeHead(404).end('expected /metrics or /samples\n');
    if (method !== 'GET' && method !== 'HEAD') return response.writeHead(405, { allow: 'GET, HEAD' }).end();
    try {
      const text = await answer.text();
      response.writeHead(200, { 'content-type': answer.type }).end(text);
    } catch (error) {
      response.writeHead(500).end(`${messageOf(error)}\n`);
    }
  });
  server.on('error', (error) => note(`metrics are not served: ${error.message}`));
  server.listen(0, '127.0.0.1', () => {
    if (closed) return;
    try {
      withdraw = announce(home, pid, source, `127.0.0.1:${(server.address() as AddressInfo).port}`);
    } catch (error) {
      note(`metrics are served, and cannot be announced: ${messageOf(error)}`);
    }
  });
  server.unref();
  return () => {
    closed = true;
    withdraw();
    server.close();
    server.closeAllConnections();
  };
}

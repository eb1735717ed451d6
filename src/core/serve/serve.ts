import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Watch } from '../observe/watch.js';
import { Store } from '../query/pages/store.js';
import { allPlans } from '../run/all-plans.js';
import { messageOf, missingError, usageError } from '../runtime/errors.js';
import type { Home } from '../runtime/home.js';
import type { Runtime } from '../runtime/runtime.js';
import { describeHolder } from '../stack/net/port-holder.js';
import { announceTarget, withdrawTarget } from '../stack/scrape-target.js';
import { buildApi } from './api.js';
import type { Answer } from './context.js';
import { Feed } from './feed.js';
import { isLoopback } from './guard/token.js';
import type { Api } from './routes/routes.js';
import { answersForMs, ShortCache } from './short-cache.js';

/** Longer the end does not wait for a reader that does not read. */
const patienceMs = 10_000;

const mostAnswers = 200;

export interface ServeOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  token: string | undefined;
  rateLimit: number;
  /** The longest that a statement may run. */
  timeoutMs: number;
  profile: string | undefined;
  /** Files of the user's own, beside the pipelines that ship. */
  pipelines: readonly string[];
  /** When it answers; `url` without a slash at its end. */
  onListening(url: string): void;
}

export interface ServeSummary {
  url: string;
  requests: number;
  /** Of them, answered with 5xx. */
  failed: number;
  duration_s: number;
}

/** Serves until the runtime's signal aborts, then ends streams, answers what is under way, and resolves. Throws usage and missing errors. */
export async function serve(runtime: Runtime, home: Home, options: ServeOptions): Promise<ServeSummary> {
  const { host, token, profile } = options;
  if (token === undefined && !isLoopback(host))
    throw usageError(
      `--host ${host} lets other machines in, and there is no token that they would need`,
      'Give one: --token TOKEN or PIPE_API_TOKEN. Without --host only this machine is answered.',
      'TOKEN_NEEDED',
    );
  const plans = allPlans(runtime, options.pipelines);
  const watch = new Watch(runtime, home, { profile });
  const feed = new Feed(() => watch.next(), runtime.clock);
  const store = new Store(runtime, home, { profile, timeoutMs: options.timeoutMs });
  const answers = new ShortCache<Answer>(answersForMs, mostAnswers, () => runtime.clock.monotonic());
  const { rateLimit } = options;
  const app = await buildApi(
    { runtime, home, profile, plans, feed, store, answers },
    { token, rateLimit, version: versionOf(runtime) },
  );
  const counted = countAnswers(app);
  const begun = runtime.clock.monotonic();
  const url = await listen(app, options);
  announceTarget(home, 'api', new URL(url).host);
  try {
    const looking = feed.run();
    options.onListening(url);
    await Promise.race([looking, aborted(runtime.signal)]);
  } finally {
    feed.end();
    await close(app);
    await store.close();
    withdrawTarget(home, 'api');
  }
  return { url, ...counted, duration_s: Math.round((runtime.clock.monotonic() - begun) / 100) / 10 };
}

/** Lets what is under way be answered, and no connection wait for a request that may never come. */
async function close(app: Api): Promise<void> {
  const { server } = app;
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const late = setTimeout(() => server.closeAllConnections(), patienceMs);
  await app.close();
  clearInterval(idle);
  clearTimeout(late);
}

async function listen(app: Api, { host, port }: ServeOptions): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (taken)
      throw missingError(
        `port ${port} on ${host} is taken by ${describeHolder(port)}`,
        'Take another: --port N; --port 0 takes a free one.',
        'PORT_TAKEN',
      );
    throw missingError(
      `cannot listen on ${host}:${port}: ${messageOf(error)}`,
      'Give another --host or --port.',
      'LISTEN',
    );
  }
  const { address, port: taken, family } = app.server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
}

function countAnswers(app: Api): { requests: number; failed: number } {
  const counted = { requests: 0, failed: 0 };
  app.addHook('onResponse', async (_, { statusCode }) => {
    counted.requests++;
    if (statusCode >= 500) counted.failed++;
  });
  return counted;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function versionOf({ packageRoot }: Runtime): string {
  return (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;
}

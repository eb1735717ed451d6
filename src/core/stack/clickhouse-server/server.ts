import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf, missingError } from '../../runtime/errors.js';
import { tryOsLock } from '../../runtime/os-lock.js';
import type { ServerConfig } from './config.js';
import { openEngine } from './engine/engine.js';
import { createHttpSessions } from './engine/http-sessions.js';
import { makePipes } from './engine/pipe.js';
import { createSessionPool } from './engine/session-pool.js';
import { createSlots } from './engine/slots.js';
import { authenticate } from './http/auth.js';
import { Exception, exceptionOf, statusOf } from './http/errors.js';
import { isForm, mergeForm } from './http/form.js';
import { createReply, type ServerFacts } from './http/reply.js';
import { readCredentials, readRequest } from './http/request.js';
import { answerMetrics, serverMetrics } from './http/server-metrics.js';
import type { Log } from './log.js';
import { answerQuery } from './run/answer.js';
import type { Service } from './run/service.js';

export interface RunningServer {
  port: number;
  version: string;
  /** Lets running statements finish for up to `graceMs`, then stops them; closes the engine and gives the folder free. */
  stop(graceMs: number): Promise<void>;
}

/** Opens the data folder and listens. Changes the working directory of the process. Throws a missing error when folder or port is taken. */
export async function startServer(config: ServerConfig, log: Log, poolThreads: number): Promise<RunningServer> {
  const dataDir = resolve(config.dataDir);
  const spool = join(dataDir, 'spool');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = tryOsLock(join(dataDir, 'server.lock'));
  if (!lock)
    throw missingError(
      `${dataDir}: another ClickHouse server process uses this data folder`,
      'Stop it first, or give this server a folder of its own.',
      'DATA_DIR_LOCKED',
    );
  rmSync(spool, { recursive: true, force: true });
  mkdirSync(spool, { mode: 0o700 });
  process.chdir(spool);
  const engine = await openEngine(join(dataDir, 'clickhouse'));
  // Each statement holds a thread; cancelling, and reading what was spooled, need some too.
  const places = Math.max(1, Math.min(config.maxStatements, poolThreads - 2));
  if (places < config.maxStatements)
    log(`note: ${places} statements at once, not ${config.maxStatements}: UV_THREADPOOL_SIZE is ${poolThreads}`);
  const running: Service['running'] = new Map();
  const service: Service = {
    config,
    engine,
    slots: createSlots(places, Math.max(1, places - Math.ceil(places / 3))),
    pool: createSessionPool(engine.openSession, places),
    sessions: createHttpSessions(engine.openSession),
    pipes: makePipes(spool, places),
    spool,
    running,
    figures: serverMetrics(() => running.size),
  };
  const facts: ServerFacts = { displayName: hostname(), timezone: engine.timezone, version: engine.version };
  const server = createServer(
    { maxHeaderSize: 1 << 20, keepAliveTimeout: 30_000, requestTimeout: 0, headersTimeout: 60_000 },
    (incoming, response) => void handle(service, facts, incoming, response, log),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) return;
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${messageOf(error)}\n`);
  });
  await new Promise<void>((ready, failed) => {
    server.once('error', (error) =>
      failed(
        missingError(
          `cannot listen on ${config.host}:${config.port}: ${messageOf(error)}`,
          'Choose another port.',
          'PORT_TAKEN',
          error,
        ),
      ),
    );
    server.listen(config.port, config.host, ready);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : config.port,
    version: engine.version,
    async stop(graceMs) {
      server.close();
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), graceMs);
      await service.slots.idle();
      clearTimeout(late);
      server.closeAllConnections();
      service.sessions.close();
      service.pool.close();
      await engine.close();
      lock.release();
    },
  };
}

async function handle(
  service: Service,
  facts: ServerFacts,
  incoming: IncomingMessage,
  response: ServerResponse,
  log: Log,
): Promise<void> {
  let reply = createReply(response, facts);
  try {
    const url = urlOf(incoming.url);
    if (incoming.method === 'OPTIONS') return void response.writeHead(204, { Allow: 'OPTIONS, GET, HEAD, POST' }).end();
    if (url.pathname === '/metrics' && incoming.method === 'GET') return await answerMetrics(service.figures, response);
    if (answerFixed(url, incoming, response)) return;
    const role = authenticate(service.config.users, readCredentials(url, incoming.headers));
    if (isForm(incoming)) await mergeForm(url, incoming);
    const request = readRequest(incoming.method, url, incoming.headers);
    const queryId = request.queryId ?? randomUUID();
    reply = createReply(response, facts, { id: queryId, compressBlocks: request.compressBlocks });
    await answerQuery({ service, role, request, queryId, reply }, incoming);
  } catch (error) {
    if (response.destroyed || response.writableEnded) return;
    const exception = exceptionOf(error);
    if (statusOf(exception) >= 500)
      log(`error ${incoming.method} code=${exception.code} ${exception.message.slice(0, 500)}`);
    reply.fail(exception);
  }
}

/** /ping, /replicas_status and a bare / say that the server lives; nobody need be authenticated. */
function answerFixed(url: URL, { method }: IncomingMessage, response: ServerResponse): boolean {
  const { pathname } = url;
  const bare = pathname === '/' && url.search === '' && (method === 'GET' || method === 'HEAD');
  if (bare || pathname === '/ping' || pathname === '/replicas_status') {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=UTF-8' }).end('Ok.\n');
    return true;
  }
  if (!['GET', 'HEAD', 'POST', 'PUT'].includes(method ?? '')) {
    response
      .writeHead(405, { Allow: 'OPTIONS, GET, HEAD, POST', 'Content-Type': 'text/plain' })
      .end(`Method ${method} is not supported\n`);
    return true;
  }
  if (pathname === '/' || pathname === '/query') return false;
  response
    .writeHead(404, { 'Content-Type': 'text/plain; charset=UTF-8' })
    .end(`There is no handle ${pathname}\n\nUse / or /ping for health checks.\nSend queries to the path /.\n`);
  return true;
}

function urlOf(target: string | undefined): URL {
  try {
    return new URL(target ?? '/', 'http://server');
  } catch {
    throw new Exception(36, 'BAD_ARGUMENTS', `Wrong request target: ${target}`);
  }
}

import { createReadStream, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ServerConfig } from './config.js';
import type { Engine } from './engine/engine.js';
import type { HttpSessions } from './engine/http-sessions.js';
import type { ResultPipe } from './engine/pipe.js';
import type { Lease, SessionPool } from './engine/session-pool.js';
import type { Slots } from './engine/slots.js';
import type { Role } from './http/auth.js';
import { spool } from './http/body.js';
import { responseEncoding } from './http/encodings.js';
import { Exception, exceptionOf } from './http/errors.js';
import { defaultFormat } from './http/formats.js';
import { type Query, readQuery } from './http/query-text.js';
import type { Reply, Summary } from './http/reply.js';
import type { QueryRequest } from './http/request.js';
import { isWord } from './sql/lexer.js';
import { checkReader, readerSettings } from './sql/reader-policy.js';
import { isRefusal, readStatement, type Statement, withOutfile } from './sql/statement.js';

export interface Service {
  config: ServerConfig;
  engine: Engine;
  slots: Slots;
  pool: SessionPool;
  sessions: HttpSessions;
  pipes: ResultPipe[];
  /** Folder of bodies and results on their way; the working directory, so that their names need no path. */
  spool: string;
}

/** Runs the statement of one request and answers it. Throws what the client should be told while nothing was sent. */
export async function answerQuery(
  service: Service,
  role: Role,
  request: QueryRequest,
  body: Readable,
  reply: Reply,
): Promise<void> {
  const query = await readQuery(request, body, service.config.maxBodyBytes);
  if (query.insert) return insertRows(service, role, request, query, reply);
  const statement = readStatement(query.text);
  if (isRefusal(statement)) throw new Exception(statement.code, statement.name, statement.message);
  if (role === 'reader') checkReader(statement);
  if (request.method === 'GET' && !statement.readsOnly) throw getIsReadonly();
  await withLease(service, role, request, statement, (lease, slot) =>
    statement.selects
      ? streamRows(service, lease, slot, request, query.text, statement, reply)
      : runSmall(lease, request, query.text, statement, reply),
  );
}

type InsertQuery = Extract<Query, { insert: object }>;

async function insertRows(
  service: Service,
  role: Role,
  request: QueryRequest,
  query: InsertQuery,
  reply: Reply,
): Promise<void> {
  if (role === 'reader')
    throw new Exception(164, 'READONLY', `${service.config.users.reader.name}: Cannot execute query in readonly mode`);
  if (request.method === 'GET') throw getIsReadonly();
  const file = spoolName('in');
  const path = join(service.spool, file);
  try {
    const bytes = await spool(path, query.data);
    await withLease(service, role, request, undefined, async (lease) => {
      const sql = lease.prefix + utf8(query.insert.fromFile(file, query.compression));
      const result = await lease.session.queryAsync(sql, { format: defaultFormat });
      const rows = result.rowsRead;
      reply.whole(undefined, undefined, new Uint8Array(), {
        readRows: rows,
        readBytes: bytes,
        writtenRows: rows,
        writtenBytes: result.bytesRead,
        elapsedMs: result.elapsed * 1000,
      });
      return true;
    });
  } finally {
    rmSync(path, { force: true });
  }
}

/** Everything whose answer is short: DDL, SHOW, DESCRIBE, SET, INSERT ... SELECT. */
async function runSmall(
  lease: Lease,
  request: QueryRequest,
  text: string,
  statement: Statement,
  reply: Reply,
): Promise<boolean> {
  const format = formatName(request);
  const result = await lease.session.queryAsync(lease.prefix + utf8(text.slice(0, statement.end)), { format });
  const body = result.bytes();
  reply.whole(statement.format?.name ?? format, undefined, body, summaryOf(result));
  return !leavesState(statement);
}

async function streamRows(
  service: Service,
  lease: Lease,
  slot: number,
  request: QueryRequest,
  text: string,
  statement: Statement,
  reply: Reply,
): Promise<boolean> {
  const encoding = responseEncoding(request.acceptEncodings);
  const format = statement.format?.name ?? formatName(request);
  const run = (file: string) =>
    lease.session.queryAsync(
      lease.prefix + utf8(withOutfile(text, statement, { file, compression: encoding, defaultFormat: format })),
      { format: defaultFormat },
    );
  if (request.waitEndOfQuery) {
    const file = spoolName('out');
    try {
      const result = await run(file);
      await sendFile(join(service.spool, file), format, encoding, summaryOf(result), reply);
    } finally {
      rmSync(join(service.spool, file), { force: true });
    }
    return true;
  }
  const { rows, finish } = service.pipes[slot]!.open();
  const outcome = run(service.pipes[slot]!.name).then(
    (result) => result,
    (error: unknown) => exceptionOf(error),
  );
  void outcome.then(finish);
  const cancel = () => {
    rows.destroy();
    void service.engine.kill(lease.marker).catch(() => undefined);
  };
  reply.gone.addEventListener('abort', cancel, { once: true });
  const held: Buffer[] = [];
  let heldBytes = 0;
  let begun = false;
  try {
    for await (const piece of rows as AsyncIterable<Buffer>) {
      if (begun) {
        await reply.write(piece);
        continue;
      }
      held.push(piece);
      heldBytes += piece.length;
      if (heldBytes <= request.bufferSize) continue;
      begun = true;
      reply.begin(format, encoding);
      await reply.write(Buffer.concat(held.splice(0)));
    }
  } catch (error) {
    if (!reply.gone.aborted) throw error;
  } finally {
    rows.destroy();
  }
  const result = await outcome;
  reply.gone.removeEventListener('abort', cancel);
  if (result instanceof Exception) {
    if (!begun) throw result;
    reply.fail(result);
    return false;
  }
  if (begun) reply.end();
  else reply.whole(format, encoding, Buffer.concat(held), summaryOf(result));
  return !reply.gone.aborted;
}

async function sendFile(
  path: string,
  format: string,
  encoding: string | undefined,
  summary: Summary,
  reply: Reply,
): Promise<void> {
  const { size } = statSync(path);
  if (size <= 1 << 20) {
    const pieces: Buffer[] = [];
    for await (const piece of createReadStream(path)) pieces.push(piece as Buffer);
    reply.whole(format, encoding, Buffer.concat(pieces), summary);
    return;
  }
  reply.begin(format, encoding, size);
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 18 })) await reply.write(piece as Buffer);
  reply.end();
}

/** Runs `use` in a session that suits the request; `use` answers whether the session may serve others afterwards. */
async function withLease(
  service: Service,
  role: Role,
  request: QueryRequest,
  statement: Statement | undefined,
  use: (lease: Lease, slot: number) => Promise<boolean>,
): Promise<void> {
  for (const name of request.settings.keys())
    if (!service.engine.settingNames.has(name))
      throw new Exception(115, 'UNKNOWN_SETTING', `Unknown setting '${name}'`);
  const wanted = {
    database: request.database ?? 'default',
    settings: role === 'reader' ? readerSettings(request.settings, service.config.readerLimits) : request.settings,
    params: request.params,
  };
  const needed = statement?.substitutions ?? new Set();
  const slot = await service.slots.take(role);
  try {
    const marker = request.queryId!;
    const lease = role === 'reader' ? service.pool.reader(wanted, needed) : service.pool.writer(wanted, needed, marker);
    let reusable = false;
    try {
      reusable = await use(lease, slot);
    } finally {
      lease.release(reusable);
    }
  } finally {
    service.slots.give(slot, role);
  }
}

/** What it does outlives the statement in its session. */
function leavesState({ keyword, tokens }: Statement): boolean {
  return (
    keyword === 'USE' ||
    keyword === 'SET' ||
    keyword === 'BEGIN' ||
    tokens.slice(0, 4).some((token) => isWord(token, 'TEMPORARY'))
  );
}

function formatName(request: QueryRequest): string {
  const name = request.defaultFormat ?? defaultFormat;
  if (!/^\w+$/.test(name)) throw new Exception(73, 'UNKNOWN_FORMAT', `Unknown format ${name}`);
  return name;
}

function summaryOf(result: { rowsRead: number; bytesRead: number; elapsed: number }): Summary {
  return {
    readRows: result.rowsRead,
    readBytes: result.bytesRead,
    writtenRows: 0,
    writtenBytes: 0,
    elapsedMs: result.elapsed * 1000,
  };
}

function getIsReadonly(): Exception {
  return new Exception(
    164,
    'READONLY',
    'Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly. You should use method POST for modifying queries',
  );
}

let serial = 0;
function spoolName(kind: string): string {
  serial += 1;
  return `${kind}-${serial}`;
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

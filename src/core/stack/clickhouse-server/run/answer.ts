import { Readable } from 'node:stream';
import { Exception } from '../http/errors.js';
import { formatName } from '../http/formats.js';
import { withRevision } from '../http/native-revision.js';
import { readQuery } from '../http/query-text.js';
import { summaryOf } from '../http/reply.js';
import { isMark, isWord, type Token } from '../sql/lexer.js';
import { checkReader } from '../sql/reader-policy.js';
import { literal } from '../sql/settings.js';
import { isRefusal, readStatement, type Statement } from '../sql/statement.js';
import { insertRows } from './insert-rows.js';
import { type Finish, type Lease, withLease } from './lease.js';
import { type Call, readonlyError, utf8 } from './service.js';
import { streamRows } from './stream-rows.js';
import { unpackThroughEngine } from './unpack.js';

/** Runs the statement of one request and answers it. Throws what the client should be told while nothing was sent. */
export async function answerQuery(call: Call, body: Readable): Promise<void> {
  const { service, role, request } = call;
  const query = await readQuery(request, body, service.config.maxBodyBytes, unpackThroughEngine(service));
  if (query.insert) {
    try {
      return await insertRows(call, query);
    } finally {
      await query.data.rest.return?.();
    }
  }
  const statement = readStatement(query.text);
  if (isRefusal(statement)) throw new Exception(statement.code, statement.name, statement.message);
  if (role === 'reader') checkReader(statement);
  if (request.method === 'GET' && !statement.readsOnly) throw readonlyError(call);
  await withLease(call, statement, (lease, slot) =>
    statement.selects
      ? streamRows(call, lease, slot, query.text, statement)
      : runSmall(call, lease, query.text, statement),
  );
}

/** Everything whose answer is short: DDL, SHOW, DESCRIBE, SET, INSERT ... SELECT. */
async function runSmall(
  { service, request, reply }: Call,
  lease: Lease,
  text: string,
  statement: Statement,
): Promise<Finish> {
  const format = formatName(request.defaultFormat);
  const sql = utf8(text.slice(0, statement.end));
  const result = await lease.session.queryAsync(lease.prefix + forEngine(sql, statement.tokens, service.running), {
    format,
  });
  const used = statement.format?.name ?? format;
  const body = await inRevision(used, request.clientProtocolVersion, result.bytes());
  return () => reply.whole(used, undefined, body, summaryOf(result));
}

async function inRevision(format: string, version: number, bytes: Uint8Array): Promise<Uint8Array> {
  if (format !== 'Native' || version === 0) return bytes;
  const pieces: Buffer[] = [];
  for await (const piece of withRevision(Readable.from([Buffer.from(bytes)]), version)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** KILL QUERY WHERE query_id = '...' with the name under which the engine knows that query. */
function forEngine(sql: string, tokens: readonly Token[], running: ReadonlyMap<string, string>): string {
  const [kill, query, where, column, equals, id] = tokens;
  const asked = isWord(kill, 'KILL') && isWord(query, 'QUERY') && isWord(where, 'WHERE') && isWord(column, 'QUERY_ID');
  if (!asked || !isMark(equals, '=') || id?.kind !== 'string') return sql;
  const marker = running.get(utf8(id.text.slice(1, -1)));
  if (marker === undefined) return sql;
  return `${sql.slice(0, column!.start)}Settings['log_comment'] = ${literal(marker)}${sql.slice(id.end)}`;
}

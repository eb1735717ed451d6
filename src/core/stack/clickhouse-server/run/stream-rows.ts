import { createReadStream, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { responseEncoding } from '../http/encodings.js';
import { Exception, exceptionOf } from '../http/errors.js';
import { defaultFormat, formatName } from '../http/formats.js';
import { withRevision } from '../http/native-revision.js';
import { type Reply, type Summary, summaryOf } from '../http/reply.js';
import { type Statement, withOutfile } from '../sql/statement.js';
import type { Finish, Lease } from './lease.js';
import { type Call, spoolName, utf8 } from './service.js';

interface Rows {
  format: string;
  encoding: string | undefined;
  /** Protocol version of Native blocks. */
  version: number;
  /** Runs the statement, its rows going to this file or pipe. */
  run(file: string): ReturnType<Lease['session']['queryAsync']>;
}

/** Sends the rows of a SELECT as they come, or, with wait_end_of_query, once they are all there. Memory stays bounded either way. */
export async function streamRows(
  call: Call,
  lease: Lease,
  slot: number,
  text: string,
  statement: Statement,
): Promise<Finish> {
  const { request, service } = call;
  const format = formatName(statement.format?.name ?? request.defaultFormat);
  const version = format === 'Native' ? request.clientProtocolVersion : 0;
  const encoding = request.compressBlocks || version > 0 ? undefined : responseEncoding(request.acceptEncodings);
  const run = (file: string) =>
    lease.session.queryAsync(
      lease.prefix + utf8(withOutfile(text, statement, { file, compression: encoding, defaultFormat: format })),
      { format: defaultFormat },
    );
  const rows = { format, encoding, version, run };
  const kills: Promise<void>[] = [];
  // The statement is stopped for a client that has gone; the session is ours until the engine was told.
  const kill = () => void kills.push(service.engine.kill(lease.marker).catch(() => undefined));
  call.reply.gone.addEventListener('abort', kill, { once: true });
  try {
    if (call.reply.gone.aborted) return () => undefined;
    return request.waitEndOfQuery ? await throughFile(call, rows) : await throughPipe(call, slot, rows);
  } finally {
    call.reply.gone.removeEventListener('abort', kill);
    await Promise.all(kills);
  }
}

async function throughPipe({ service, request, reply }: Call, slot: number, rows: Rows): Promise<Finish> {
  const pipe = service.pipes[slot]!;
  const opened = pipe.open();
  const outcome = rows.run(pipe.name).catch((error: unknown) => exceptionOf(error));
  void outcome.then(opened.finish);
  const begun = await deliver(opened.rows, rows, request.bufferSize, reply);
  const result = await outcome;
  if (result instanceof Exception) throw result;
  return begun.end(summaryOf(result));
}

/** So much was just written, and is read faster than another thread could be asked to read it. */
const smallBytes = 1 << 18;

async function throughFile({ service, request, reply }: Call, rows: Rows): Promise<Finish> {
  const file = spoolName('out');
  const path = join(service.spool, file);
  try {
    const summary = summaryOf(await rows.run(file));
    if (statSync(path).size <= smallBytes && rows.version === 0) {
      const body = readFileSync(path);
      return () => reply.whole(rows.format, rows.encoding, body, summary);
    }
    const begun = await deliver(
      createReadStream(path, { highWaterMark: 1 << 18 }),
      rows,
      request.bufferSize,
      reply,
      summary,
    );
    return begun.end(summary);
  } finally {
    rmSync(path, { force: true });
  }
}

/** Sends what comes as soon as it is more than the buffer; a shorter answer waits whole for its summary. */
async function deliver(
  source: Readable,
  { format, encoding, version }: Rows,
  bufferSize: number,
  reply: Reply,
  summary?: Summary,
): Promise<{ end(summary: Summary): Finish }> {
  const abandon = () => source.destroy();
  reply.gone.addEventListener('abort', abandon, { once: true });
  const held: Buffer[] = [];
  let heldBytes = 0;
  let begun = false;
  try {
    const pieces = source as AsyncIterable<Buffer>;
    for await (const piece of version > 0 ? withRevision(pieces, version) : pieces) {
      heldBytes += piece.length;
      if (begun) await reply.write(piece);
      else if (heldBytes <= bufferSize) held.push(piece);
      else {
        begun = true;
        reply.begin(format, encoding, summary);
        for (const early of [...held.splice(0), piece]) await reply.write(early);
      }
    }
  } catch (error) {
    if (!reply.gone.aborted) throw error;
  } finally {
    reply.gone.removeEventListener('abort', abandon);
    source.destroy();
  }
  return { end: (known) => () => (begun ? reply.end() : reply.whole(format, encoding, Buffer.concat(held), known)) };
}

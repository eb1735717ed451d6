import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type Exception, exceptionText, statusOf } from './errors.js';
import { contentTypeOf } from './formats.js';
import { packBlocks } from './native-blocks.js';

/** What a statement did, for X-ClickHouse-Summary. */
export interface Summary {
  readRows: number;
  readBytes: number;
  /** Rows of the answer, or rows inserted. Clients skip reading an answer of which this says 0. */
  resultRows: number;
  resultBytes: number;
  writtenRows: number;
  writtenBytes: number;
  elapsedMs: number;
}

/** What a statement that wrote nothing did. The engine's binding counts the rows of the answer, not those read from tables. */
export function summaryOf(result: { rowsRead: number; bytesRead: number; elapsed: number }): Summary {
  const { rowsRead: rows, bytesRead: bytes, elapsed } = result;
  return {
    ...nothingYet,
    readRows: rows,
    readBytes: bytes,
    resultRows: rows,
    resultBytes: bytes,
    elapsedMs: elapsed * 1000,
  };
}

export interface ServerFacts {
  displayName: string;
  timezone: string;
  version: string;
}

/** The answer to one query: a whole body, a stream of unknown length, or an error, with ClickHouse's headers. */
export interface Reply {
  /** Aborts when the client has gone before the answer was complete. */
  gone: AbortSignal;
  whole(format: string | undefined, encoding: string | undefined, body: Uint8Array, summary: Summary): void;
  /** Sends the headers: from here on an error can only be told at the end of the body. */
  begin(format: string, encoding: string | undefined, summary?: Summary): void;
  /** Resolves when the next piece may come. */
  write(piece: Uint8Array): Promise<void>;
  end(): void;
  fail(error: Exception): void;
}

export function createReply(
  response: ServerResponse,
  facts: ServerFacts,
  query?: { id: string; compressBlocks: boolean },
): Reply {
  const gone = new AbortController();
  /** Only of rows that were begun to be sent: random bytes are dear. */
  let tag = '';
  let plainText = true;
  response.on('error', () => undefined);
  response.on('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  response.setHeader('X-ClickHouse-Server-Display-Name', facts.displayName);
  if (query) response.setHeader('X-ClickHouse-Query-Id', query.id);
  const packed = query?.compressBlocks ? packBlocks : (bytes: Uint8Array) => bytes;

  const rowHeaders = (format: string | undefined, encoding: string | undefined) => {
    response.setHeader('Content-Type', contentTypeOf(format ?? ''));
    if (format) response.setHeader('X-ClickHouse-Format', format);
    response.setHeader('X-ClickHouse-Timezone', facts.timezone);
    if (encoding) response.setHeader('Content-Encoding', encoding);
    plainText = !encoding && !query?.compressBlocks;
  };
  return {
    gone: gone.signal,
    whole(format, encoding, body, summary) {
      rowHeaders(format, encoding);
      response.setHeader('X-ClickHouse-Summary', summaryText(summary));
      const bytes = packed(body);
      response.setHeader('Content-Length', bytes.byteLength);
      response.writeHead(200).end(bytes);
    },
    begin(format, encoding, summary = nothingYet) {
      rowHeaders(format, encoding);
      tag = randomBytes(8).toString('hex');
      response.setHeader('X-ClickHouse-Exception-Tag', tag);
      response.setHeader('X-ClickHouse-Summary', summaryText(summary));
      response.writeHead(200);
    },
    async write(piece) {
      if (gone.signal.aborted || response.write(packed(piece))) return;
      const stalled = AbortSignal.timeout(stallMs);
      await once(response, 'drain', { signal: AbortSignal.any([gone.signal, stalled]) }).catch(() => undefined);
      if (stalled.aborted) response.destroy();
    },
    end() {
      response.end();
    },
    fail(error) {
      const text = exceptionText(error, facts.version);
      if (!response.headersSent) {
        response.setHeader('X-ClickHouse-Exception-Code', error.code);
        response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
        if (statusOf(error) === 401) response.setHeader('WWW-Authenticate', 'Basic realm="ClickHouse server HTTP API"');
        response.removeHeader('Content-Encoding');
        response.writeHead(statusOf(error)).end(text);
        return;
      }
      // As ClickHouse does: the error behind the rows, then a body that ends without its last chunk.
      if (plainText) {
        const length = Buffer.byteLength(text);
        response.write(`\r\n__exception__\r\n${tag}\r\n${text}${length} ${tag}\r\n__exception__\r\n`);
      }
      response.socket?.end();
    },
  };
}

/** How long a client may leave a result unread before its statement is stopped. */
const stallMs = 300_000;

const nothingYet: Summary = {
  readRows: 0,
  readBytes: 0,
  resultRows: 0,
  resultBytes: 0,
  writtenRows: 0,
  writtenBytes: 0,
  elapsedMs: 0,
};

function summaryText(summary: Summary): string {
  const { readRows, readBytes, resultRows, resultBytes, writtenRows, writtenBytes, elapsedMs } = summary;
  return JSON.stringify({
    read_rows: String(readRows),
    read_bytes: String(readBytes),
    written_rows: String(writtenRows),
    written_bytes: String(writtenBytes),
    total_rows_to_read: '0',
    result_rows: String(resultRows),
    result_bytes: String(resultBytes),
    elapsed_ns: String(Math.round(elapsedMs * 1e6)),
  });
}

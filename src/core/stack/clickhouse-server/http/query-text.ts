import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { type DataInsert, readDataInsert } from '../sql/insert.js';
import { type Head, limited, readHead } from './body.js';
import { requestCompression } from './encodings.js';
import { Exception } from './errors.js';
import type { QueryRequest } from './request.js';

/** The statement of a request, as Latin-1 text, and the rows that came with it. */
export type Query =
  | { text: string; insert?: undefined }
  | { text: string; insert: DataInsert; data: Head; compression: string };

/** Where the head of an INSERT must end, and how long any other statement may be. */
const maxHead = 1 << 20;
const maxStatement = 16 << 20;

/** Takes statement and data apart: each may stand in the URL, in the body, or partly in both. Rows stay packed where the engine can unpack them. */
export async function readQuery(request: QueryRequest, body: Readable, maxBodyBytes: number): Promise<Query> {
  const compression = requestCompression(request.contentEncoding);
  if (!compression)
    throw new Exception(89, 'UNKNOWN_COMPRESSION_METHOD', `Unknown compression method: ${request.contentEncoding}`);
  const inUrl = Buffer.from(request.query).toString('latin1');
  if (/\S/.test(inUrl)) {
    const insert = readDataInsert(inUrl);
    if (insert && !/\S/.test(inUrl.slice(insert.dataStart)))
      return { text: inUrl, insert, data: await readHead(limited(body, maxBodyBytes), maxHead), compression };
    const rest = limited(unpacked(body, compression), maxBodyBytes);
    return split(await startingWith(Buffer.from(`${inUrl}\n`, 'latin1'), rest), insert);
  }
  return split(await readHead(limited(unpacked(body, compression), maxBodyBytes), maxHead));
}

async function split(head: Head, known?: DataInsert): Promise<Query> {
  const text = head.bytes.toString('latin1');
  const insert = known ?? readDataInsert(text);
  if (insert) {
    const data = { ...head, bytes: head.bytes.subarray(insert.dataStart) };
    return { text: text.slice(0, insert.dataStart), insert, data, compression: 'none' };
  }
  if (head.complete) return { text };
  const all = await readHead(head.rest, maxStatement);
  if (!all.complete)
    throw new Exception(
      62,
      'SYNTAX_ERROR',
      `Max query size exceeded: a statement may have ${maxStatement} bytes here, without its data`,
    );
  return { text: text + all.bytes.toString('latin1') };
}

async function startingWith(first: Buffer, rest: AsyncIterator<Buffer>): Promise<Head> {
  const head = await readHead(rest, maxHead);
  const bytes = head.complete && head.bytes.length === 0 ? first : Buffer.concat([first, head.bytes]);
  return { ...head, bytes };
}

function unpacked(body: Readable, compression: string): AsyncIterable<Buffer> {
  if (compression === 'none') return body;
  const unpackers: Record<string, () => NodeJS.ReadWriteStream> = {
    gzip: createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  };
  const unpacker = unpackers[compression]?.();
  if (!unpacker)
    throw new Exception(
      89,
      'UNKNOWN_COMPRESSION_METHOD',
      `A body in ${compression} must be data alone: put the statement into the URL`,
    );
  body.on('error', (error) => (unpacker as unknown as Readable).destroy(error));
  return body.pipe(unpacker) as unknown as Readable;
}

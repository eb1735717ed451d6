import { type Duplex, pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { type DataInsert, readDataInsert } from '../sql/insert.js';
import { type Head, limited, readHead } from './body.js';
import { requestCompression } from './encodings.js';
import { Exception } from './errors.js';
import { unpackBlocks } from './native-blocks.js';
import type { QueryRequest } from './request.js';

/** The statement of a request, as Latin-1 text, and the rows that came with it. */
export type Query =
  | { text: string; insert?: undefined }
  | { text: string; insert: DataInsert; data: Head; compression: string };

/** Unpacks a body in one go, where it must be read here and no streaming unpacker is at hand. */
export type UnpackWhole = (body: AsyncIterable<Buffer>, compression: string) => AsyncIterable<Buffer>;

/** Where the head of an INSERT must end, and how long any other statement may be. */
const maxHead = 1 << 20;
const maxStatement = 16 << 20;

/** Takes statement and data apart: each may stand in the URL, in the body, or partly in both. Rows stay packed where the engine can unpack them. */
export async function readQuery(
  request: QueryRequest,
  body: Readable,
  maxBodyBytes: number,
  unpackWhole: UnpackWhole,
): Promise<Query> {
  const compression = requestCompression(request.contentEncoding);
  if (!compression)
    throw new Exception(89, 'UNKNOWN_COMPRESSION_METHOD', `Unknown compression method: ${request.contentEncoding}`);
  const whole = () => {
    const bytes = unpacked(body, compression, unpackWhole);
    return limited(request.decompressBlocks ? unpackBlocks(bytes) : bytes, maxBodyBytes);
  };
  const inUrl = Buffer.from(request.query).toString('latin1');
  if (/\S/.test(inUrl)) {
    const insert = readDataInsert(inUrl);
    if (insert && !/\S/.test(inUrl.slice(insert.dataStart))) {
      const data = await readHead(request.decompressBlocks ? whole() : limited(body, maxBodyBytes), maxHead);
      return { text: inUrl, insert, data, compression: request.decompressBlocks ? 'none' : compression };
    }
    return split(await startingWith(Buffer.from(`${inUrl}\n`, 'latin1'), whole()), insert);
  }
  return split(await readHead(whole(), maxHead));
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
  if (all.complete) return { text: text + all.bytes.toString('latin1') };
  await head.rest.return?.();
  const limit = `a statement may have ${maxStatement} bytes here, without its data`;
  throw new Exception(62, 'SYNTAX_ERROR', `Max query size exceeded: ${limit}`);
}

async function startingWith(first: Buffer, rest: AsyncIterator<Buffer>): Promise<Head> {
  const head = await readHead(rest, maxHead);
  const bytes = head.complete && head.bytes.length === 0 ? first : Buffer.concat([first, head.bytes]);
  return { ...head, bytes };
}

function unpacked(body: Readable, compression: string, unpackWhole: UnpackWhole): AsyncIterable<Buffer> {
  if (compression === 'none') return body;
  const unpacker = unpackers[compression]?.();
  if (!unpacker) return unpackWhole(body, compression);
  // Errors of either side end the iteration over the unpacker.
  pipeline(body, unpacker, () => undefined);
  return unpacker;
}

const unpackers: Record<string, () => Duplex> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

import { type Cursor, skip, skipColumn, tooShort, varint } from './native-types.js';

/** From this protocol version on each column of a Native block says whether its serialization is a special one. */
const customSerialization = 54454;

/** What a block begins with: not an overflow block, no bucket, end. */
const blockInfo = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]);
const ordinary = Buffer.from([0]);

/**
 * Native blocks in the form that a client of a protocol version above 0 reads (clickhouse-go, and with it Grafana): the engine
 * writes them as for version 0.
 */
export async function* withRevision(chunks: AsyncIterable<Buffer>, version: number): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let length = 0;
  let wanted = 1;
  for await (const chunk of chunks) {
    pending.push(chunk);
    length += chunk.length;
    if (length < wanted) continue;
    const cursor: Cursor = { bytes: Buffer.concat(pending), at: 0 };
    yield* blocks(cursor, version);
    const rest = cursor.bytes.subarray(cursor.at);
    pending = [rest];
    length = rest.length;
    // Looking again only when there is twice as much keeps a long block from being read over and over.
    wanted = length * 2;
  }
  if (length > 0) yield* blocks({ bytes: Buffer.concat(pending), at: 0 }, version);
}

/** The complete blocks from the cursor on, which is left at the first that is not. */
function* blocks(cursor: Cursor, version: number): Generator<Buffer> {
  while (cursor.at < cursor.bytes.length) {
    const start = cursor.at;
    try {
      yield Buffer.concat(block(cursor, version));
    } catch (error) {
      if (error !== tooShort) throw error;
      cursor.at = start;
      return;
    }
  }
}

function block(cursor: Cursor, version: number): Buffer[] {
  const pieces: Buffer[] = [blockInfo];
  let start = cursor.at;
  const columns = varint(cursor);
  const rows = varint(cursor);
  for (let column = 0; column < columns; column += 1) {
    skip(cursor, varint(cursor));
    const length = varint(cursor);
    skip(cursor, length);
    const type = cursor.bytes.toString('utf8', cursor.at - length, cursor.at);
    pieces.push(cursor.bytes.subarray(start, cursor.at));
    if (version >= customSerialization) pieces.push(ordinary);
    start = cursor.at;
    if (rows > 0) skipColumn(cursor, type, rows);
  }
  pieces.push(cursor.bytes.subarray(start, cursor.at));
  return pieces;
}

import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Exception } from './errors.js';

export type Chunks = AsyncIterator<Buffer>;

/** The beginning of a body, and what follows it. */
export interface Head {
  bytes: Buffer;
  /** The whole body is in `bytes`. */
  complete: boolean;
  rest: Chunks;
}

/** Takes chunks until there are `size` bytes or the body ends. */
export async function readHead(chunks: Chunks, size: number): Promise<Head> {
  const found: Buffer[] = [];
  let length = 0;
  while (length < size) {
    const { done, value } = await chunks.next();
    if (done) return { bytes: joined(found), complete: true, rest: chunks };
    found.push(value);
    length += value.length;
  }
  return { bytes: joined(found), complete: false, rest: chunks };
}

/** The chunks, ending with an exception when they come to more than `limit` bytes. */
export async function* limited(chunks: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limit)
      throw new Exception(
        131,
        'TOO_LARGE_STRING_SIZE',
        `Request body is larger than ${limit} bytes, the limit of this server`,
      );
    yield chunk;
  }
}

const gather = 1 << 20;

/** Writes all to a new file and returns its length. Nothing is inserted from it before the body has ended, so a torn upload leaves no rows. */
export async function spool(path: string, head: Head): Promise<number> {
  if (head.complete) {
    writeFileSync(path, head.bytes, { mode: 0o600 });
    return head.bytes.length;
  }
  const file = await open(path, 'w', 0o600);
  try {
    let length = 0;
    let bytes = head.bytes;
    for (;;) {
      await file.writeFile(bytes);
      length += bytes.length;
      const next = await readHead(head.rest, gather);
      bytes = next.bytes;
      if (next.complete) break;
    }
    await file.writeFile(bytes);
    return length + bytes.length;
  } finally {
    await file.close();
  }
}

function joined(chunks: Buffer[]): Buffer {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

import { createHash } from 'node:crypto';

/** Named bytes with a header, which can be told from damaged ones. */
export interface Sealed<Header> {
  header: Header;
  sections: Map<string, Uint8Array>;
}

/** The bytes in parts: a line of JSON, the sections, and a SHA-256 over both. */
export function* seal({ header, sections }: Sealed<object>): Generator<Uint8Array> {
  const lengths = [...sections].map(([name, bytes]) => ({ name, length: bytes.byteLength }));
  const hash = createHash('sha256');
  for (const part of [Buffer.from(`${JSON.stringify({ ...header, sections: lengths })}\n`), ...sections.values()]) {
    hash.update(part);
    yield part;
  }
  yield hash.digest();
}

/** What was sealed at `at` in the bytes of a file, and where it ends; sections are views. Throws when a byte is wrong or missing. */
export function unseal<Header>(bytes: Buffer, path: string, at = 0): Sealed<Header> & { end: number } {
  try {
    return read(bytes, at);
  } catch (cause) {
    throw new Error(`${path}: the checksum does not hold`, { cause });
  }
}

function read<Header>(bytes: Buffer, at: number): Sealed<Header> & { end: number } {
  const line = bytes.indexOf(0x0a, at) + 1;
  const { sections: lengths, ...header } = JSON.parse(bytes.toString('utf8', at, line));
  const sections = new Map<string, Uint8Array>();
  let end = line;
  for (const { name, length } of lengths) {
    sections.set(name, bytes.subarray(end, end + length));
    end += length;
  }
  const expected = createHash('sha256').update(bytes.subarray(at, end)).digest();
  const found = bytes.subarray(end, end + expected.length);
  if (!expected.equals(found)) throw new Error(`expected ${expected.toString('hex')}, found ${found.toString('hex')}`);
  return { header, sections, end: end + expected.length };
}

import { VarintCursor, varintSize, writeVarint } from './varint.js';

/** A record's headers as text, by name; of a repeated name the last counts, null is ''. Throws RangeError when lengths do not fit the bytes. */
export function readHeaders(bytes: Buffer, headersStart: number): Map<string, string> {
  const cursor = new VarintCursor(bytes, headersStart);
  const headers = new Map<string, string>();
  for (let left = cursor.next(); left > 0; left--) {
    const name = text(cursor, bytes);
    headers.set(name, text(cursor, bytes));
  }
  return headers;
}

/** The headers of a record as its batch holds them, their count first: for `RecordBatchWriter.append`. */
export function encodeHeaders(headers: Readonly<Record<string, string>>): Uint8Array {
  const texts = Object.entries(headers)
    .flat()
    .map((each) => Buffer.from(each));
  const count = texts.length / 2;
  const size = texts.reduce((sum, { length }) => sum + varintSize(length) + length, varintSize(count));
  const into = new Uint8Array(size);
  let at = writeVarint(into, 0, count);
  for (const each of texts) {
    at = writeVarint(into, at, each.length);
    into.set(each, at);
    at += each.length;
  }
  return into;
}

function text(cursor: VarintCursor, bytes: Buffer): string {
  const length = cursor.next();
  if (length < 0) return '';
  const end = cursor.at + length;
  if (end > bytes.length) throw new RangeError(`a header of ${length} bytes ends beyond the ${bytes.length} there are`);
  const found = bytes.toString('utf8', cursor.at, end);
  cursor.at = end;
  return found;
}

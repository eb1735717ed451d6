import type { Column } from '../batch.js';
import { murmur3 } from './murmur3.js';

/**
 * 128-bit fingerprints of the ids of all rows, four words each. A UUID in its usual form (lower case, 8-4-4-4-12) is taken as it is; anything
 * else is hashed by MurmurHash3. Two of n different hashed ids are taken for one with odds of about n² / 2^129: 3e-21 for a billion.
 * A fingerprint is never all zeros, and null ids have none.
 */
export function fingerprints(ids: Column, size: number, out: Int32Array): void {
  if (ids.kind === 'bytes') {
    for (let row = 0; row < size; row++) {
      const start = ids.starts[row]!;
      if (start >= 0) fingerprint(ids.buffer, start, ids.ends[row]!, out, 4 * row);
    }
    return;
  }
  for (let row = 0; row < size; row++) {
    const text = ids.kind === 'interned' ? textAt(ids, row) : String(ids.values[row]);
    if (text === null) continue;
    const bytes = encoder.encode(text);
    fingerprint(bytes, 0, bytes.length, out, 4 * row);
  }
}

const encoder = new TextEncoder();

function textAt(column: Extract<Column, { kind: 'interned' }>, row: number): string | null {
  const id = column.ids[row]!;
  return id < 0 ? null : column.dictionary.textOf(id);
}

function fingerprint(bytes: Uint8Array, start: number, end: number, out: Int32Array, at: number): void {
  if (end - start !== 36 || !uuid(bytes, start, out, at)) murmur3(bytes, start, end, out, at);
  if (out[at] === 0 && out[at + 1] === 0 && out[at + 2] === 0 && out[at + 3] === 0) out[at + 3] = 1;
}

/** Value of a lower-case hexadecimal digit; 16 and above for any other byte. */
const digits = new Uint8Array(256).fill(255);
for (let digit = 0; digit < 16; digit++) digits[digit.toString(16).charCodeAt(0)] = digit;
const dash = 0x2d;

/** Whether the 36 bytes are a UUID; its words are in `out` then. */
function uuid(bytes: Uint8Array, start: number, out: Int32Array, at: number): boolean {
  if (bytes[start + 8] !== dash || bytes[start + 13] !== dash) return false;
  if (bytes[start + 18] !== dash || bytes[start + 23] !== dash) return false;
  const faults = quad(bytes, start) | quad(bytes, start + 4) | quad(bytes, start + 9) | quad(bytes, start + 14);
  const others = quad(bytes, start + 19) | quad(bytes, start + 24) | quad(bytes, start + 28) | quad(bytes, start + 32);
  if ((faults | others) < 0) return false;
  out[at] = (quad(bytes, start) << 16) | quad(bytes, start + 4);
  out[at + 1] = (quad(bytes, start + 9) << 16) | quad(bytes, start + 14);
  out[at + 2] = (quad(bytes, start + 19) << 16) | quad(bytes, start + 24);
  out[at + 3] = (quad(bytes, start + 28) << 16) | quad(bytes, start + 32);
  return true;
}

/** The 16 bits of four digits; negative when one is none. */
function quad(bytes: Uint8Array, at: number): number {
  const a = digits[bytes[at]!]!;
  const b = digits[bytes[at + 1]!]!;
  const c = digits[bytes[at + 2]!]!;
  const d = digits[bytes[at + 3]!]!;
  return (a | b | c | d) > 15 ? -1 : (a << 12) | (b << 8) | (c << 4) | d;
}

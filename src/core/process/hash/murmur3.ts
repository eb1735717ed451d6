/**
 * MurmurHash3_x86_128 of bytes [start, end), seed 0, as four 32-bit words into `out` from `at` on (Austin Appleby's reference in
 * smhasher/src/MurmurHash3.cpp; public domain). Not made to withstand somebody who looks for collisions.
 */
export function murmur3(bytes: Uint8Array, start: number, end: number, out: Int32Array, at: number): void {
  const length = end - start;
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  let index = start;
  for (const last = end - 15; index < last; index += 16) {
    h1 ^= scrambled1(word(bytes, index));
    h1 = (Math.imul(rotl(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= scrambled2(word(bytes, index + 4));
    h2 = (Math.imul(rotl(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= scrambled3(word(bytes, index + 8));
    h3 = (Math.imul(rotl(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= scrambled4(word(bytes, index + 12));
    h4 = (Math.imul(rotl(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  if (index < end) {
    h1 ^= scrambled1(tail(bytes, index, end));
    if (index + 4 < end) h2 ^= scrambled2(tail(bytes, index + 4, end));
    if (index + 8 < end) h3 ^= scrambled3(tail(bytes, index + 8, end));
    if (index + 12 < end) h4 ^= scrambled4(tail(bytes, index + 12, end));
  }
  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = finalized(h1);
  h2 = finalized(h2);
  h3 = finalized(h3);
  h4 = finalized(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  out[at] = h1;
  out[at + 1] = h2 + h1;
  out[at + 2] = h3 + h1;
  out[at + 3] = h4 + h1;
}

const c1 = 0x239b961b;
const c2 = 0xab0e9789;
const c3 = 0x38b34ae5;
const c4 = 0xa1e38b93;

const scrambled1 = (k: number) => Math.imul(rotl(Math.imul(k, c1), 15), c2);
const scrambled2 = (k: number) => Math.imul(rotl(Math.imul(k, c2), 16), c3);
const scrambled3 = (k: number) => Math.imul(rotl(Math.imul(k, c3), 17), c4);
const scrambled4 = (k: number) => Math.imul(rotl(Math.imul(k, c4), 18), c1);

function rotl(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** Up to four of the last bytes, the missing ones 0. */
function tail(bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  for (let index = Math.min(at + 4, end) - 1; index >= at; index--) value = (value << 8) | bytes[index]!;
  return value;
}

/** The finalizer of MurmurHash3: every bit of the word reaches every bit of the result. */
export function finalized(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

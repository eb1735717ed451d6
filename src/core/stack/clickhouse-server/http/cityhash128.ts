/**
 * CityHash128 of CityHash 1.0.2 (Pike and Alakuijala), the version that ClickHouse's compressed blocks are summed with. 64-bit
 * words are bigints cut by asUintN, which V8 turns into machine words.
 */
export function cityHash128(data: Uint8Array): { low: bigint; high: bigint } {
  const { length } = data;
  const bytes = new DataView(data.buffer, data.byteOffset, length);
  if (length >= 16) return hash(bytes, 16, word(bytes, 0) ^ k3, word(bytes, 8));
  if (length >= 8) return hash(bytes, length, word(bytes, 0) ^ u64(BigInt(length) * k0), word(bytes, length - 8) ^ k1);
  return hash(bytes, 0, k0, k1);
}

const k0 = 0xc3a5c85c97cb3127n;
const k1 = 0xb492b66fbe98f273n;
const k2 = 0x9ae16a3b2f90404fn;
const k3 = 0xc949d7c7509e6557n;
const mix = 0x9ddfea08eb382d69n;

const u64 = (value: bigint) => BigInt.asUintN(64, value);
const word = (bytes: DataView, at: number) => bytes.getBigUint64(at, true);
const right = (value: bigint, by: bigint) => u64((value >> by) | (value << (64n - by)));
const shiftMix = (value: bigint) => value ^ (value >> 47n);

function pair(low: bigint, high: bigint): bigint {
  const first = u64((low ^ high) * mix);
  const second = u64((high ^ shiftMix(first)) * mix);
  return u64(shiftMix(second) * mix);
}

function hash(bytes: DataView, start: number, seedLow: bigint, seedHigh: bigint): { low: bigint; high: bigint } {
  const length = bytes.byteLength - start;
  return length < 128 ? short(bytes, start, seedLow, seedHigh) : long(bytes, start, seedLow, seedHigh);
}

function upTo16(bytes: DataView, start: number): bigint {
  const length = bytes.byteLength - start;
  const size = BigInt(length);
  if (length > 8) {
    const last = word(bytes, bytes.byteLength - 8);
    return pair(word(bytes, start), right(u64(last + size), size)) ^ last;
  }
  if (length >= 4)
    return pair(
      size + (BigInt(bytes.getUint32(start, true)) << 3n),
      BigInt(bytes.getUint32(bytes.byteLength - 4, true)),
    );
  if (length === 0) return k2;
  const y = BigInt(bytes.getUint8(start) + (bytes.getUint8(start + (length >> 1)) << 8));
  const z = BigInt(length + (bytes.getUint8(bytes.byteLength - 1) << 2));
  return u64(shiftMix(u64(y * k2) ^ u64(z * k3)) * k2);
}

function short(bytes: DataView, start: number, seedLow: bigint, seedHigh: bigint): { low: bigint; high: bigint } {
  const length = bytes.byteLength - start;
  let [a, b, c, d] = [seedLow, seedHigh, 0n, 0n];
  if (length <= 16) {
    a = u64(shiftMix(u64(a * k1)) * k1);
    c = u64(b * k1 + upTo16(bytes, start));
    d = shiftMix(u64(a + (length >= 8 ? word(bytes, start) : c)));
  } else {
    c = pair(u64(word(bytes, bytes.byteLength - 8) + k1), a);
    d = pair(u64(b + BigInt(length)), u64(c + word(bytes, bytes.byteLength - 16)));
    a = u64(a + d);
    for (let at = start; at < bytes.byteLength - 16; at += 16) {
      a = u64((a ^ u64(shiftMix(u64(word(bytes, at) * k1)) * k1)) * k1);
      b ^= a;
      c = u64((c ^ u64(shiftMix(u64(word(bytes, at + 8) * k1)) * k1)) * k1);
      d ^= c;
    }
  }
  a = pair(a, c);
  b = pair(d, b);
  return { low: a ^ b, high: pair(b, a) };
}

function long(bytes: DataView, start: number, seedLow: bigint, seedHigh: bigint): { low: bigint; high: bigint } {
  let left = bytes.byteLength - start;
  let at = start;
  let [x, y, z] = [seedLow, seedHigh, u64(BigInt(left) * k1)];
  let v1 = u64(right(y ^ k1, 49n) * k1 + word(bytes, at));
  let v2 = u64(right(v1, 42n) * k1 + word(bytes, at + 8));
  let w1 = u64(right(u64(y + z), 35n) * k1 + x);
  let w2 = u64(right(u64(x + word(bytes, at + 88)), 53n) * k1);
  for (; left >= 128; left -= 128) {
    for (let half = 0; half < 2; half += 1, at += 64) {
      x = u64(right(u64(x + y + v1 + word(bytes, at + 16)), 37n) * k1) ^ w2;
      y = u64(right(u64(y + v2 + word(bytes, at + 48)), 42n) * k1) ^ v1;
      z = right(z ^ w1, 33n);
      const va = u64(v2 * k1 + word(bytes, at));
      const vc = u64(va + word(bytes, at + 8) + word(bytes, at + 16));
      v2 = u64(right(u64(x + w1 + va + word(bytes, at + 24)), 21n) + right(vc, 44n) + va);
      v1 = u64(vc + word(bytes, at + 24));
      const wa = u64(z + w2 + word(bytes, at + 32));
      const wc = u64(wa + word(bytes, at + 40) + word(bytes, at + 48));
      w2 = u64(right(u64(y + wa + word(bytes, at + 56)), 21n) + right(wc, 44n) + wa);
      w1 = u64(wc + word(bytes, at + 56));
      [x, z] = [z, x];
    }
  }
  y = u64(y + right(w1, 37n) * k0 + z);
  x = u64(x + right(u64(v1 + z), 49n) * k0);
  for (let done = 32; done < left + 32; done += 32) {
    const tail = bytes.byteLength - done;
    y = u64(right(u64(y - x), 42n) * k0 + v2);
    w1 = u64(w1 + word(bytes, tail + 16));
    x = u64(right(x, 49n) * k0 + w1);
    w1 = u64(w1 + v1);
    const va = u64(v1 + word(bytes, tail));
    const vc = u64(va + word(bytes, tail + 8) + word(bytes, tail + 16));
    v2 = u64(right(u64(v2 + va + word(bytes, tail + 24)), 21n) + right(vc, 44n) + va);
    v1 = u64(vc + word(bytes, tail + 24));
  }
  x = pair(x, v1);
  y = pair(y, w1);
  return { low: u64(pair(u64(x + v2), w2) + y), high: pair(u64(x + w2), u64(y + v2)) };
}

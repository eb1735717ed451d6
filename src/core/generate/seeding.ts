const mask = (1n << 64n) - 1n;

/** Four words that are never all zero, for a generator's state: FNV-1a of the text, spread by splitmix64. */
export function seedWords(text: string): [number, number, number, number] {
  const next = splitmix64(fnv1a64(text));
  const first = next();
  const second = next();
  if (first === 0n && second === 0n) return [1, 0, 0, 0];
  return [word(first >> 32n), word(first), word(second >> 32n), word(second)];
}

/** FNV-1a, 64 bits, over the text's UTF-8 bytes (http://www.isthe.com/chongo/tech/comp/fnv/). */
export function fnv1a64(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & mask;
  return hash;
}

/** S. Vigna's splitmix64 (https://prng.di.unimi.it/splitmix64.c), the seeder that xoshiro's authors recommend. */
export function splitmix64(seed: bigint): () => bigint {
  let state = seed & mask;
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    return z ^ (z >> 31n);
  };
}

function word(value: bigint): number {
  return Number(value & 0xffffffffn);
}

const text = new TextEncoder();

/** The partition that Kafka's clients choose for a key (BuiltInPartitioner.partitionForKey): murmur2 of its UTF-8, sign bit off, modulo. */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(text.encode(key)) & 0x7fffffff) % partitions;
}

/** MurmurHash2 with Kafka's seed, as org.apache.kafka.common.utils.Utils.murmur2 computes it; signed, 32 bits. */
export function murmur2(bytes: Uint8Array): number {
  const m = 0x5bd1e995;
  const length = bytes.length;
  let hash = 0x9747b28c ^ length;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    let k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    k = Math.imul(k, m);
    k = Math.imul(k ^ (k >>> 24), m);
    hash = Math.imul(hash, m) ^ k;
  }
  const rest = length - whole;
  if (rest === 3) hash ^= bytes[whole + 2]! << 16;
  if (rest >= 2) hash ^= bytes[whole + 1]! << 8;
  if (rest >= 1) hash = Math.imul(hash ^ bytes[whole]!, m);
  hash = Math.imul(hash ^ (hash >>> 13), m);
  return hash ^ (hash >>> 15);
}

import { expect, test } from 'vitest';
import { murmur2, partitionOf } from '../../../src/core/generate/partitioner.js';

/** org.apache.kafka.common.utils.UtilsTest.testMurmur2, and librdkafka's rdmurmur2.c. */
const vectors: [string, number][] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
  ['', 275646681],
  ['kafka', 0xd067cf64 | 0],
  ['giberish123456789', 0x8f552b0c | 0],
  ['1234', 0x9fc97b14 | 0],
  ['234', 0xe7c009ca | 0],
  ['34', 0x873930da | 0],
];

test.each(vectors)('murmur2 of "%s"', (key, hash) => {
  expect(murmur2(new TextEncoder().encode(key))).toBe(hash);
  expect(partitionOf(key, 7)).toBe((hash & 0x7fffffff) % 7);
});

test('keys with characters beyond ASCII are hashed as UTF-8', () => {
  expect(partitionOf('café', 1024)).toBe((murmur2(Uint8Array.from([99, 97, 102, 0xc3, 0xa9])) & 0x7fffffff) % 1024);
});

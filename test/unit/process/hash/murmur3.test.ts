import { expect, it } from 'vitest';
import { murmur3 } from '../../../../src/core/process/hash/murmur3.js';

function hex(text: string): string {
  const bytes = new TextEncoder().encode(`..${text}..`);
  const out = new Int32Array(6);
  murmur3(bytes, 2, bytes.length - 2, out, 1);
  expect([out[0], out[5]]).toEqual([0, 0]);
  return Array.from(out.subarray(1, 5), (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Values of the reference implementation (smhasher, MurmurHash3_x86_128, seed 0), through the Python package mmh3. */
it.each([
  ['', '00000000000000000000000000000000'],
  ['a', 'a794933c5556b01b5556b01b5556b01b'],
  ['ab', '158451df25be301025be301025be3010'],
  ['abc', '75cdc6d1a2b006a5a2b006a5a2b006a5'],
  ['abcd', '96b6ccaa45afc62e45afc62e45afc62e'],
  ['abcde', 'c5402efb5d24c5bc5a7201775a720177'],
  ['abcdefgh', 'aef41136adb11487fa6c8092fa6c8092'],
  ['abcdefghi', 'ad058c1c2206596f14d27d10dd94417c'],
  ['abcdefghijkl', '738503fef48224c027d4dfadd28ce553'],
  ['abcdefghijklm', 'c13aa215dbaea1ecf41c3566d92cde70'],
  ['abcdefghijklmnop', '9fd2762790b91256e4ce8b21d193ba45'],
  ['abcdefghijklmnopq', '0445a4d364515c6fd96ddc2a1d11079d'],
  ['The quick brown fox jumps over the lazy dog', '2f1583c3ecee2c675d7bf66ce5e91d2c'],
  ['é€😀 and more than sixteen bytes', '409f3310882c8bb99862aa4bf926216b'],
])('is MurmurHash3_x86_128: "%s"', (text, expected) => {
  expect(hex(text)).toBe(expected);
});

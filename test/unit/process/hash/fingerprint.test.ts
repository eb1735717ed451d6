import { describe, expect, it } from 'vitest';
import type { Column } from '../../../../src/core/process/batch.js';
import { Dictionary } from '../../../../src/core/process/dictionary.js';
import { fingerprints } from '../../../../src/core/process/hash/fingerprint.js';

const encoder = new TextEncoder();

function bytesColumn(texts: readonly string[]): Column {
  const encoded = texts.map((text) => encoder.encode(text));
  const buffer = new Uint8Array(encoded.reduce((sum, each) => sum + each.length, 0));
  const starts: number[] = [];
  const ends: number[] = [];
  let used = 0;
  for (const each of encoded) {
    buffer.set(each, used);
    starts.push(used);
    used += each.length;
    ends.push(used);
  }
  return { kind: 'bytes', buffer, starts: Int32Array.from(starts), ends: Int32Array.from(ends) };
}

function of(column: Column, size: number): string[] {
  const out = new Int32Array(size * 4);
  fingerprints(column, size, out);
  return Array.from({ length: size }, (_, row) =>
    Array.from(out.subarray(row * 4, row * 4 + 4), (word) => (word >>> 0).toString(16).padStart(8, '0')).join(''),
  );
}

describe('fingerprints', () => {
  it('of UUIDs are their own 128 bits', () => {
    const uuid = '0190f3a2-7c1e-7abc-8def-0123456789ab';
    expect(of(bytesColumn([uuid]), 1)).toEqual([uuid.replaceAll('-', '')]);
  });

  it('of anything that only looks like a UUID are hashes: no two texts become one', () => {
    const uuid = '0190f3a2-7c1e-7abc-8def-0123456789ab';
    const near = [
      uuid,
      uuid.toUpperCase(),
      uuid.replace('0190', '019g'),
      uuid.replace('0190', '019:'),
      uuid.replaceAll('-', '_'),
      uuid.replaceAll('-', ''),
      `${uuid.slice(0, 35)}é`,
      '',
      '0',
    ];
    expect(new Set(of(bytesColumn(near), near.length)).size).toBe(near.length);
  });

  it('are never all zeros, which marks a free place', () => {
    expect(of(bytesColumn(['00000000-0000-0000-0000-000000000000', '']), 2)).not.toContain('0'.repeat(32));
  });

  it('are the same for interned ids as for byte ranges, and numbers have some too', () => {
    const texts = ['a', 'é', 'order-17'];
    const dictionary = new Dictionary();
    const ids = Int32Array.from(texts, (text) => dictionary.idOf(text));
    expect(of({ kind: 'interned', ids, dictionary }, 3)).toEqual(of(bytesColumn(texts), 3));
    expect(new Set(of({ kind: 'number', values: Float64Array.of(1, 10, 2 ** 50) }, 3)).size).toBe(3);
  });
});

/**
 * What compiled expressions read of a batch's columns (see process/batch.ts): row r of every array is the same event.
 * Numbers of every type: int, float, timestamp (ms), bool (0/1), decimal (scaled integer); NaN is null.
 * Interned strings: -1 is null. Byte ranges: a start of -1 is null.
 */
export type ReadableColumn =
  | { kind: 'number'; values: Float64Array }
  | { kind: 'interned'; ids: Int32Array; dictionary: { idOf(text: string): number; textOf(id: number): string } }
  | { kind: 'bytes'; starts: Int32Array };

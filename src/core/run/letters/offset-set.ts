const chunkSpan = 2 ** 16;
/** From so many on a bitmap of the chunk is smaller than the list. */
const listLimit = chunkSpan / 16;

/** Offsets of one chunk: sorted, or one bit each. */
type Chunk = { kind: 'list'; values: Uint16Array; size: number } | { kind: 'bitmap'; words: Uint32Array };

/**
 * A set of offsets that stays small where there are many, built as roaring bitmaps are: two bytes an offset at most (four while a list grows),
 * and never more than one bit for each offset of the span. Adding in ascending order is fastest.
 */
export class OffsetSet {
  size = 0;
  private readonly chunks = new Map<number, Chunk>();

  /** Whether it was new. */
  add(offset: number): boolean {
    const index = Math.floor(offset / chunkSpan);
    const low = offset % chunkSpan;
    const chunk = this.chunks.get(index) ?? { kind: 'list', values: new Uint16Array(8), size: 0 };
    if (contains(chunk, low)) return false;
    this.chunks.set(index, inserted(chunk, low));
    this.size++;
    return true;
  }

  has(offset: number): boolean {
    const chunk = this.chunks.get(Math.floor(offset / chunkSpan));
    return chunk !== undefined && contains(chunk, offset % chunkSpan);
  }
}

function contains(chunk: Chunk, low: number): boolean {
  if (chunk.kind === 'bitmap') return ((chunk.words[low >>> 5]! >>> (low & 31)) & 1) === 1;
  return chunk.values[positionOf(chunk, low)] === low && positionOf(chunk, low) < chunk.size;
}

/** The chunk with `low`, which it lacks. */
function inserted(chunk: Chunk, low: number): Chunk {
  if (chunk.kind === 'list' && chunk.size < listLimit) {
    const at = positionOf(chunk, low);
    if (chunk.size === chunk.values.length) {
      const grown = new Uint16Array(chunk.size * 2);
      grown.set(chunk.values);
      chunk.values = grown;
    }
    chunk.values.copyWithin(at + 1, at, chunk.size);
    chunk.values[at] = low;
    chunk.size++;
    return chunk;
  }
  const bitmap = chunk.kind === 'bitmap' ? chunk : bitmapOf(chunk.values);
  bitmap.words[low >>> 5]! |= 1 << (low & 31);
  return bitmap;
}

function bitmapOf(values: Uint16Array): { kind: 'bitmap'; words: Uint32Array } {
  const words = new Uint32Array(chunkSpan / 32);
  for (const value of values) words[value >>> 5]! |= 1 << (value & 31);
  return { kind: 'bitmap', words };
}

/** Of the first value that is not below `low`. */
function positionOf({ values, size }: { values: Uint16Array; size: number }, low: number): number {
  if (size === 0 || values[size - 1]! < low) return size;
  let from = 0;
  let to = size;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (values[middle]! < low) from = middle + 1;
    else to = middle;
  }
  return from;
}

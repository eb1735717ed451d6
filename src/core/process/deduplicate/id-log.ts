import { StateReader } from '../snapshot/reader.js';
import { StateWriter } from '../snapshot/writer.js';
import { grownInts, grownNumbers, type Ints, type Numbers } from '../table/grow.js';

/** Fingerprints, each with its event time in ms, in the order in which they were added: 24 bytes an entry. */
export class IdLog {
  size = 0;
  /** The latest of the times. */
  newest = Number.NEGATIVE_INFINITY;
  private words: Ints = new Int32Array(0);
  private times: Numbers = new Float64Array(0);

  /** Adds the fingerprint at `at`. */
  add(from: Int32Array, at: number, time: number): void {
    const { size } = this;
    if (size === this.times.length) this.grow();
    const { words } = this;
    const place = size * 4;
    words[place] = from[at]!;
    words[place + 1] = from[at + 1]!;
    words[place + 2] = from[at + 2]!;
    words[place + 3] = from[at + 3]!;
    this.times[size] = time;
    if (time > this.newest) this.newest = time;
    this.size = size + 1;
  }

  /** As `readIds` takes them. */
  bytes(): Uint8Array {
    const writer = new StateWriter();
    writer.array(this.words.subarray(0, this.size * 4));
    writer.array(this.times.subarray(0, this.size));
    return writer.finish();
  }

  private grow(): void {
    this.times = grownNumbers(this.times, this.size + 1);
    this.words = grownInts(this.words, this.times.length * 4);
  }
}

/** What a log's bytes hold: four words and one time for each entry. Throws a RangeError for bytes of another kind. */
export function readIds(bytes: Uint8Array): { words: Int32Array; times: Float64Array } {
  const reader = new StateReader(bytes);
  const words = reader.ints();
  const times = reader.numbers();
  if (!reader.ended) throw new RangeError('bytes are left over');
  if (words.length !== times.length * 4)
    throw new RangeError(`${words.length} words stand beside ${times.length} times`);
  return { words, times };
}

/**
 * Fingerprints with the event time of each, in ms after the table's own start. Open addressing, at most 5/8 full; an entry is 16 bytes beside
 * 4 of time. A slot whose four words are 0 is free.
 */
export class FingerprintTable {
  size = 0;
  private words: Int32Array;
  private times: Int32Array;
  private mask: number;

  /** `expected` entries fit without growing. */
  constructor(expected = 0) {
    let slots = 64;
    while (slots * 5 < expected * 8) slots *= 2;
    this.words = new Int32Array(slots * 4);
    this.times = new Int32Array(slots);
    this.mask = slots - 1;
  }

  get bytes(): number {
    return this.words.byteLength + this.times.byteLength;
  }

  /** The slot of the fingerprint at `at`, or -1. */
  find(from: Int32Array, at: number): number {
    const { words, mask } = this;
    const a = from[at]!;
    const b = from[at + 1]!;
    const c = from[at + 2]!;
    const d = from[at + 3]!;
    let slot = hashOf(a, b, c, d) & mask;
    for (;;) {
      const place = slot * 4;
      const first = words[place]!;
      if (first === a && words[place + 1] === b && words[place + 2] === c && words[place + 3] === d) return slot;
      if (first === 0 && (words[place + 1]! | words[place + 2]! | words[place + 3]!) === 0) return -1;
      slot = (slot + 1) & mask;
    }
  }

  /**
   * Reads the places where the fingerprints `from` to `to` belong, and nothing more: reads that do not wait for one another let the processor
   * fetch many lines of memory at a time, where look-ups one by one would each wait. The result keeps the reads from being optimised away.
   */
  touch(fingerprints: Int32Array, from: number, to: number): number {
    const { words, times, mask } = this;
    let sum = 0;
    for (let at = from * 4; at < to * 4; at += 4) {
      const slot =
        hashOf(fingerprints[at]!, fingerprints[at + 1]!, fingerprints[at + 2]!, fingerprints[at + 3]!) & mask;
      sum ^= words[slot * 4]! ^ times[slot]!;
    }
    return sum;
  }

  time(slot: number): number {
    return this.times[slot]!;
  }

  setTime(slot: number, time: number): void {
    this.times[slot] = time;
  }

  /** Adds a fingerprint that `find` did not find. */
  add(from: Int32Array, at: number, time: number): void {
    if ((this.size + 1) * 8 > (this.mask + 1) * 5) this.grow();
    this.size++;
    put(from, at, time, this.words, this.times);
  }

  /** Every entry once, in no order: its fingerprint's place in the words, and its time. */
  each(tell: (words: Int32Array, at: number, time: number) => void): void {
    for (let slot = 0; slot <= this.mask; slot++) if (!this.free(slot)) tell(this.words, slot * 4, this.times[slot]!);
  }

  private free(slot: number): boolean {
    const { words } = this;
    return (words[slot * 4]! | words[slot * 4 + 1]! | words[slot * 4 + 2]! | words[slot * 4 + 3]!) === 0;
  }

  private grow(): void {
    const { words, times } = this;
    this.words = new Int32Array(words.length * 2);
    this.times = new Int32Array(times.length * 2);
    this.mask = this.times.length - 1;
    moveAll(words, times, this.words, this.times);
  }
}

/** A function of its arguments alone stays fast while arrays come and go: a table of millions grows in a sixth of a second. */
function moveAll(fromWords: Int32Array, fromTimes: Int32Array, words: Int32Array, times: Int32Array): void {
  for (let slot = 0; slot < fromTimes.length; slot++) {
    const place = slot * 4;
    if ((fromWords[place]! | fromWords[place + 1]! | fromWords[place + 2]! | fromWords[place + 3]!) !== 0)
      put(fromWords, place, fromTimes[slot]!, words, times);
  }
}

/** Into the first free slot from where the fingerprint belongs. */
function put(from: Int32Array, at: number, time: number, words: Int32Array, times: Int32Array): void {
  const mask = times.length - 1;
  let slot = hashOf(from[at]!, from[at + 1]!, from[at + 2]!, from[at + 3]!) & mask;
  while ((words[slot * 4]! | words[slot * 4 + 1]! | words[slot * 4 + 2]! | words[slot * 4 + 3]!) !== 0)
    slot = (slot + 1) & mask;
  const place = slot * 4;
  words[place] = from[at]!;
  words[place + 1] = from[at + 1]!;
  words[place + 2] = from[at + 2]!;
  words[place + 3] = from[at + 3]!;
  times[slot] = time;
}

/** UUIDs come with order in them (time first, counters last): all four words are mixed before the low bits choose a slot. */
function hashOf(a: number, b: number, c: number, d: number): number {
  let hash = Math.imul(a, 0x85ebca6b) ^ Math.imul(b, 0xc2b2ae35) ^ Math.imul(c, 0x27d4eb2f) ^ Math.imul(d, 0x165667b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 16);
}

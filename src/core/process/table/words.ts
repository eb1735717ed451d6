/** The two 32-bit words of a double, so that equal numbers have equal words: -0 counts as 0, every NaN as one. */
export class WordsOfNumber {
  private readonly number = new Float64Array(1);
  private readonly words = new Int32Array(this.number.buffer);

  set(value: number): void {
    this.number[0] = Number.isNaN(value) ? Number.NaN : value + 0;
  }

  get low(): number {
    return this.words[0]!;
  }

  get high(): number {
    return this.words[1]!;
  }
}

const pair = new Int32Array(2);
const double = new Float64Array(pair.buffer);

/** The double of two words. */
export function numberOfWords(low: number, high: number): number {
  pair[0] = low;
  pair[1] = high;
  return double[0]!;
}

/**
 * Splits the rows of a batch by slice of event time, each slice's rows in their order. Most batches touch one to three slices: rows are compared
 * with the slice of the row before, then with the few known, before a division is done.
 */
export class SliceSplitter {
  private readonly width: number;
  private starts: number[] = [];
  private counts: number[] = [];
  private places = new Int32Array(0);
  private sorted = new Int32Array(0);

  constructor(width: number) {
    this.width = width;
  }

  /** The rows passed to `visit` are valid until the next call. */
  split(
    times: Float64Array,
    rows: Int32Array,
    count: number,
    visit: (start: number, rows: Int32Array, count: number) => void,
  ): void {
    if (count === 0) return;
    this.assign(times, rows, count);
    const { starts, counts } = this;
    if (starts.length === 1) {
      visit(starts[0]!, rows, count);
      return;
    }
    const ends = this.sort(rows, count);
    for (let place = 0; place < starts.length; place++) {
      const end = ends[place]!;
      visit(starts[place]!, this.sorted.subarray(end - counts[place]!, end), counts[place]!);
    }
  }

  /** Gives every row the place of its slice among `starts`. */
  private assign(times: Float64Array, rows: Int32Array, count: number): void {
    if (this.places.length < count) {
      this.places = new Int32Array(count);
      this.sorted = new Int32Array(count);
    }
    const { width, places } = this;
    this.starts = [];
    this.counts = [];
    let place = -1;
    let start = Number.NaN;
    for (let index = 0; index < count; index++) {
      const time = times[rows[index]!]!;
      if (!(time >= start && time < start + width)) {
        place = this.placeOf(time);
        start = this.starts[place]!;
      }
      places[index] = place;
      this.counts[place]! += 1;
    }
  }

  private placeOf(time: number): number {
    const { starts, width } = this;
    for (let place = 0; place < starts.length && place < 8; place++) {
      const start = starts[place]!;
      if (time >= start && time < start + width) return place;
    }
    const start = Math.floor(time / width) * width;
    const known = starts.indexOf(start);
    if (known >= 0) return known;
    this.counts.push(0);
    return starts.push(start) - 1;
  }

  /** Counting sort into `sorted`; the end of each place's rows. */
  private sort(rows: Int32Array, count: number): Int32Array {
    const { places, sorted, counts } = this;
    const next = new Int32Array(counts.length);
    for (let place = 1; place < next.length; place++) next[place] = next[place - 1]! + counts[place - 1]!;
    for (let index = 0; index < count; index++) {
      const place = places[index]!;
      sorted[next[place]!] = rows[index]!;
      next[place]! += 1;
    }
    return next;
  }
}

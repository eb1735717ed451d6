/** A count that only grows, as it stood at the ends of seconds. */
export class Counter {
  readonly before: number;
  private readonly readings: { second: number; value: number }[] = [];

  /** `before` is what it was before the first reading. */
  constructor(before = 0) {
    this.before = before;
  }

  /** In the order of time. */
  note(second: number, value: number): void {
    this.readings.push({ second, value });
  }

  /** As last known at the end of a second. */
  at(second: number): number {
    return this.readings.findLast((reading) => reading.second <= second)?.value ?? this.before;
  }

  /** By how much it grew in a second. */
  in(second: number): number {
    return this.at(second) - this.at(second - 1);
  }
}

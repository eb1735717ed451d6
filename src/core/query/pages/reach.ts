/** How far of time a page probably reaches: at least so much, and so much more for each of its rows. */
export interface Reach {
  leastMs: number;
  perRowMs: number;
}

/** Some pages reach further than the last one did. */
const margin = 1.5;

/** How far pages reached, by their kind: what the last full one took is a better guess than any made before. */
export class Reaches {
  private readonly perRowMs = new Map<string, number>();

  /** Of time, what probably holds so many rows, in whole ms. */
  span(kind: string, { leastMs, perRowMs }: Reach, rows: number): number {
    return Math.ceil(leastMs + rows * (this.perRowMs.get(kind) ?? perRowMs));
  }

  /** That a page of so many rows took `tookMs` of time. */
  learn(kind: string, { leastMs }: Reach, rows: number, tookMs: number): void {
    this.perRowMs.set(kind, (margin * Math.max(0, tookMs - leastMs)) / rows);
  }
}

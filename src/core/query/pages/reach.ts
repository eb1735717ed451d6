/** How far of time a page probably reaches: at least so much, and so much more for each of its rows. */
export interface Reach {
  leastMs: number;
  perRowMs: number;
}

/** Some pages reach further than the last one did. */
const margin = 1.5;

/** How far pages reached, by their kind. A look too far costs a little, a second one as much as the first: the guess is only ever made wider. */
export class Reaches {
  private readonly perRowMs = new Map<string, number>();

  /** Of time, what probably holds so many rows, in whole ms. */
  span(kind: string, { leastMs, perRowMs }: Reach, rows: number): number {
    return Math.ceil(leastMs + rows * Math.max(perRowMs, this.perRowMs.get(kind) ?? 0));
  }

  /** That a page of so many rows took `tookMs` of time. */
  learn(kind: string, { leastMs }: Reach, rows: number, tookMs: number): void {
    this.perRowMs.set(kind, (margin * Math.max(0, tookMs - leastMs)) / rows);
  }
}

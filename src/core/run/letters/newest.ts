import type { Letter } from './letter.js';

type Place = Pick<Letter, 'time' | 'partition' | 'offset'>;

/** Keeps what belongs to the newest letters out of any number: never more than twice `limit` in memory. */
export class Newest<Kept> {
  private entries: { place: Place; kept: Kept }[] = [];
  private readonly limit: number;
  /** What comes behind it cannot be among the newest. */
  private last: Place | undefined;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** `make` is called only for what may stay. */
  offer({ time, partition, offset }: Place, make: () => Kept): void {
    const place = { time, partition, offset };
    if (this.limit === 0 || (this.last && order(place, this.last) > 0)) return;
    this.entries.push({ place, kept: make() });
    if (this.entries.length >= 2 * this.limit) this.cut();
  }

  /** Newest first by record time; of the same time by partition, the higher offset first. */
  take(): Kept[] {
    this.cut();
    return this.entries.map(({ kept }) => kept);
  }

  private cut(): void {
    this.entries = this.entries.sort((a, b) => order(a.place, b.place)).slice(0, this.limit);
    if (this.entries.length === this.limit) this.last = this.entries.at(-1)?.place;
  }
}

function order(a: Place, b: Place): number {
  return b.time - a.time || a.partition - b.partition || b.offset - a.offset;
}

import { type Distortions, maxRepeatDelay } from './distortions.js';
import { DrawAt } from './draw-at.js';

/** Ways of damaging a value; every one of them must fail decoding or validation. */
export const corruptions = ['truncated', 'wrong_type', 'missing_field', 'not_json'] as const;
export type Corruption = (typeof corruptions)[number];

/**
 * What happens to each event of one partition, decided by (seed, partition, sequence) alone, so that an oracle needs no generator. The share of
 * each kind is of the events that the kinds before it left: discarded; corrupt; then, each for itself, late and repeated. So a discarded event
 * is nothing else, and a corrupt one is never late or repeated.
 */
export class Distorter {
  readonly distortions: Distortions;
  private readonly discard: DrawAt;
  private readonly corrupt: DrawAt;
  private readonly corruptHow: DrawAt;
  private readonly late: DrawAt;
  private readonly lateBy: DrawAt;
  private readonly repeat: DrawAt;
  private readonly repeatAfter: DrawAt;

  constructor(distortions: Distortions, seed: string | number, partition: number) {
    this.distortions = distortions;
    this.discard = new DrawAt(seed, 'discard', partition);
    this.corrupt = new DrawAt(seed, 'corrupt', partition);
    this.corruptHow = new DrawAt(seed, 'corrupt how', partition);
    this.late = new DrawAt(seed, 'late', partition);
    this.lateBy = new DrawAt(seed, 'late by', partition);
    this.repeat = new DrawAt(seed, 'repeat', partition);
    this.repeatAfter = new DrawAt(seed, 'repeat after', partition);
  }

  isDiscarded(sequence: number): boolean {
    const { discard } = this.distortions;
    return discard > 0 && this.discard.chance(sequence, discard);
  }

  corruptionOf(sequence: number): Corruption | undefined {
    const { corrupt } = this.distortions;
    if (corrupt === 0 || !this.corrupt.chance(sequence, corrupt) || this.isDiscarded(sequence)) return undefined;
    return corruptions[this.corruptHow.between(sequence, 0, corruptions.length - 1)];
  }

  /** A number to choose details of the damage by. */
  corruptionDetail(sequence: number): number {
    return this.corruptHow.uint32(sequence + 2 ** 40);
  }

  /** Milliseconds by which the event time precedes the intended send time; 0 for an event that is not late. */
  latenessOf(sequence: number): number {
    const { late } = this.distortions;
    if (!late || !this.late.chance(sequence, late.share) || this.isSpoilt(sequence)) return 0;
    return this.lateBy.between(sequence, late.minMs, late.maxMs);
  }

  /** After how many further events of the partition the event is sent again; 0 for never. */
  repeatDelayOf(sequence: number): number {
    const { repeat } = this.distortions;
    if (repeat === 0 || !this.repeat.chance(sequence, repeat) || this.isSpoilt(sequence)) return 0;
    return this.repeatAfter.between(sequence, 1, maxRepeatDelay);
  }

  private isSpoilt(sequence: number): boolean {
    return this.isDiscarded(sequence) || this.corruptionOf(sequence) !== undefined;
  }
}

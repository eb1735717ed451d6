import type { PartitionCounts } from '../../../process/engine.js';
import { IdlePartitions } from '../idle-partitions.js';
import type { OffsetRange } from '../intent-log.js';

/** A block that takes longer says that ClickHouse was away or slow: the time tells nothing of partitions whose records had to wait. */
const stallMs = 1_000;

interface Seat {
  partitions: readonly number[];
  idle: IdlePartitions;
  /** When it last looked for records: its partitions are idle as of then, for while it works nobody looks. */
  looked: number;
  /** Blocks begun so far. */
  blocks: number;
  busy: boolean;
  /** After so many blocks it had handed all of its partials over. */
  emptiedAfter: number;
}

/**
 * What is known of the lanes where windows are merged: how far their blocks have come, and which partitions may be passed over as idle. It upholds what the
 * merger needs: that the watermark passes no block under way, and no partial that a lane still has (docs/engine.md has the proof).
 */
export class LaneWatch {
  /** Next offset that no block has, by partition. */
  readonly positions: Map<number, number>;
  private readonly seats: readonly Seat[];
  private readonly counts: Map<number, PartitionCounts>;

  /** `partitions` by lane; `counts` and `positions` of all partitions as the lanes find them. */
  constructor(
    partitions: readonly (readonly number[])[],
    { counts, positions }: { counts: readonly PartitionCounts[]; positions: ReadonlyMap<number, number> },
    idleTimeoutMs: number,
    now: number,
  ) {
    this.positions = new Map(positions);
    this.counts = new Map(counts.map((each) => [each.partition, each]));
    this.seats = partitions.map((own) => ({
      partitions: own,
      idle: new IdlePartitions(own, idleTimeoutMs, now),
      looked: now,
      blocks: 0,
      busy: false,
      emptiedAfter: 0,
    }));
  }

  /** Whether a block is under way. */
  get busy(): boolean {
    return this.seats.some(({ busy }) => busy);
  }

  /** As of the last block of each that was stored. */
  get standings(): PartitionCounts[] {
    return [...this.counts.values()];
  }

  /** The lane looked for records and found none. */
  looked(lane: number, now: number): void {
    this.seats[lane]!.looked = now;
  }

  began(lane: number, ranges: readonly OffsetRange[], now: number): void {
    const seat = this.seats[lane]!;
    for (const { partition, to } of ranges) {
      seat.idle.read(partition, now);
      this.positions.set(partition, to);
    }
    seat.looked = now;
    seat.busy = true;
    seat.blocks++;
  }

  /** The block is stored, and what the lane handed over with it was received. */
  ended(lane: number, counts: readonly PartitionCounts[], now: number): void {
    const seat = this.seats[lane]!;
    for (const each of counts) this.counts.set(each.partition, each);
    seat.busy = false;
    if (now - seat.looked > stallMs) seat.idle.skip(now - seat.looked);
  }

  /**
   * Lanes all of whose partitions are idle, and that may still have partials: they are to hand over all of them, for nothing else of theirs holds the watermark
   * back. Each with the number of its blocks so far, for `emptied`.
   */
  toEmpty(): { lane: number; blocks: number }[] {
    return this.seats
      .map((seat, lane) => ({ seat, lane, blocks: seat.blocks }))
      .filter(({ seat }) => isIdle(seat) && seat.emptiedAfter < seat.blocks)
      .map(({ lane, blocks }) => ({ lane, blocks }));
  }

  /** Received all that the lane had after so many blocks. */
  emptied({ lane, blocks }: { lane: number; blocks: number }): void {
    this.seats[lane]!.emptiedAfter = blocks;
  }

  /** Partitions that hold the watermark back no more. */
  idle(): number[] {
    return this.seats
      .filter((seat) => !isIdle(seat) || seat.emptiedAfter === seat.blocks)
      .flatMap(({ idle, looked }) => idle.at(looked));
  }
}

function isIdle({ idle, looked, partitions }: Seat): boolean {
  return idle.at(looked).length === partitions.length;
}

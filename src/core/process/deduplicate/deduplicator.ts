import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { FingerprintTable } from './fingerprint-table.js';
import { IdLog, readIds } from './id-log.js';

/** Fingerprints of events whose time is in [index * width, (index + 1) * width). */
interface Generation {
  index: number;
  table: FingerprintTable;
}

/** As many rows as `prepare` is good for at a time: what they need stays in the nearest caches. */
export const preparedRows = 256;

/** What a checkpoint adds to the ids that those before it have kept. */
export interface AddedIds {
  /** As `remember` takes them; undefined when there are none. */
  bytes: Uint8Array | undefined;
  /** The latest of their times. */
  newest: number;
  /** Ids with times up to this one are not needed any more, whenever they were added. */
  forgotten: number;
}

/**
 * The event ids of one partition that were aggregated within the horizon, as 128-bit fingerprints. They stand in generations by event time, half
 * a horizon wide, so that the old ones go at once; an entry's own time makes the limit exact. Memory: 32 to 64 bytes for each event of up to one
 * and a half horizons, and 24 for each since `takeAdded` was called last.
 */
export class Deduplicator {
  private readonly width: number;
  /** Newest first: most repeats are found in the first one. */
  private generations: Generation[] = [];
  /** Time up to which everything is forgotten. */
  private forgotten = Number.NEGATIVE_INFINITY;
  private added = new IdLog();
  private touched = 0;

  /** `horizon` in ms; a generation's times must fit in 31 bits. */
  constructor(horizon: number) {
    this.width = Math.max(1, Math.min(Math.ceil(horizon / 2), 2 ** 30));
  }

  get size(): number {
    return this.generations.reduce((sum, { table }) => sum + table.size, 0);
  }

  get bytes(): number {
    return this.generations.reduce((sum, { table }) => sum + table.bytes, 0);
  }

  /** From now on an id counts as seen only with a time after `limit`, which never goes back. */
  forget(limit: number): void {
    if (limit <= this.forgotten) return;
    this.forgotten = limit;
    const { generations, width } = this;
    while (generations.length > 0 && (generations[generations.length - 1]!.index + 1) * width - 1 <= limit)
      generations.pop();
  }

  /** Whether the id with the fingerprint at `at` was seen within the horizon; if not, it is from now on, with this event time. */
  seen(fingerprints: Int32Array, at: number, time: number): boolean {
    const { generations, width, forgotten } = this;
    const own = Math.floor(time / width);
    let expired = -1;
    for (let position = 0; position < generations.length; position++) {
      const { index, table } = generations[position]!;
      const slot = table.find(fingerprints, at);
      if (slot < 0) continue;
      if (index * width + table.time(slot) > forgotten) return true;
      if (index === own) expired = slot;
    }
    const { table } = this.generation(own);
    if (expired >= 0) table.setTime(expired, time - own * width);
    else table.add(fingerprints, at, time - own * width);
    this.added.add(fingerprints, at, time);
    return false;
  }

  /** Call before `seen` for the rows `from` to `to`: brings what they need nearer, in one go. Changes nothing. */
  prepare(fingerprints: Int32Array, from: number, to: number): void {
    for (const { table } of this.generations) this.touched ^= table.touch(fingerprints, from, to);
  }

  /** The ids since this was called last: those that it gave, in its order, and these are all that are remembered. */
  takeAdded(): AddedIds {
    const { added, forgotten } = this;
    if (added.size > 0) this.added = new IdLog();
    return { bytes: added.size > 0 ? added.bytes() : undefined, newest: added.newest, forgotten };
  }

  /** All ids that are remembered, for `remember`; those that `takeAdded` has not given are none the less still to come from it. */
  all(): Uint8Array {
    const log = new IdLog();
    for (const { index, table } of this.generations.toReversed()) {
      const start = index * this.width;
      table.each((words, at, time) => {
        if (start + time > this.forgotten) log.add(words, at, start + time);
      });
    }
    return log.bytes();
  }

  /** Takes up ids that `takeAdded` or `all` gave, after `read`; they need not be given again. Throws a RangeError when they are damaged. */
  remember(bytes: Uint8Array): void {
    const { words, times } = readIds(bytes);
    const { width, forgotten } = this;
    for (let entry = 0; entry < times.length; entry++) {
      if (entry % preparedRows === 0) this.prepare(words, entry, Math.min(entry + preparedRows, times.length));
      const time = times[entry]!;
      if (time <= forgotten) continue;
      const own = Math.floor(time / width);
      const { table } = this.generation(own);
      const slot = table.find(words, entry * 4);
      if (slot >= 0) table.setTime(slot, time - own * width);
      else table.add(words, entry * 4, time - own * width);
    }
  }

  /** All but the ids. */
  write(writer: StateWriter): void {
    writer.number(this.forgotten);
  }

  read(reader: StateReader): void {
    this.forgotten = reader.number();
  }

  private generation(index: number): Generation {
    const { generations } = this;
    let position = 0;
    while (position < generations.length && generations[position]!.index > index) position++;
    const known = generations[position];
    if (known?.index === index) return known;
    // As many as last time, so that a full-grown table seldom grows.
    const made = { index, table: new FingerprintTable(generations[position]?.table.size ?? 0) };
    generations.splice(position, 0, made);
    return made;
  }
}

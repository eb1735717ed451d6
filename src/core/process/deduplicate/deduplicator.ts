import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { FingerprintTable } from './fingerprint-table.js';

/** Fingerprints of events whose time is in [index * width, (index + 1) * width). */
interface Generation {
  index: number;
  table: FingerprintTable;
}

/**
 * The event ids of one partition that were aggregated within the horizon, as 128-bit fingerprints. They stand in generations by event time, half
 * a horizon wide, so that the old ones go at once; an entry's own time makes the limit exact. Memory: 32 to 64 bytes for each event of up to one
 * and a half horizons.
 */
export class Deduplicator {
  private readonly width: number;
  /** Newest first: most repeats are found in the first one. */
  private generations: Generation[] = [];
  /** Time up to which everything is forgotten. */
  private forgotten = Number.NEGATIVE_INFINITY;
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
    return false;
  }

  /** Call before `seen` for the rows `from` to `to`: brings what they need nearer, in one go. Changes nothing. */
  prepare(fingerprints: Int32Array, from: number, to: number): void {
    for (const { table } of this.generations) this.touched ^= table.touch(fingerprints, from, to);
  }

  write(writer: StateWriter): void {
    writer.number(this.forgotten);
    writer.number(this.width);
    writer.int(this.generations.length);
    for (const { index, table } of this.generations) {
      writer.number(index);
      table.write(writer, Math.max(0, this.forgotten + 1 - index * this.width));
    }
  }

  read(reader: StateReader): void {
    this.forgotten = reader.number();
    const width = reader.number();
    if (width !== this.width) throw new RangeError(`generations are ${width} ms wide, expected ${this.width}`);
    const count = reader.int();
    this.generations = [];
    for (let position = 0; position < count; position++)
      this.generations.push({ index: reader.number(), table: FingerprintTable.read(reader) });
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

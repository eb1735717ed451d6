import type { SettingsOf } from '../../../pipeline/detect/registry.js';
import type { StateReader } from '../../snapshot/reader.js';
import type { StateWriter } from '../../snapshot/writer.js';
import type { DetectorKind, Evidence, KeyDetector, Observation } from '../kind.js';
import { readValue, writeValue } from '../value.js';

/** At least n observations, or n different values, of which the first is less than `within` before the last. Nulls are no values. */
export const velocity: DetectorKind<SettingsOf<'velocity'>> = {
  create: ({ at_least, within, distinct }) => new Velocity(at_least, within, distinct !== undefined),
};

/** Of each value the newest time is kept, oldest first; counted observations are values of their own, numbered. */
class Velocity implements KeyDetector {
  readonly due = Number.POSITIVE_INFINITY;
  private readonly atLeast: number;
  private readonly within: number;
  private readonly distinct: boolean;
  private readonly times = new Map<Observation['values'][number], number>();
  private count = 0;

  constructor(atLeast: number, within: number, distinct: boolean) {
    this.atLeast = atLeast;
    this.within = within;
    this.distinct = distinct;
  }

  get bytes(): number {
    return 64 * this.times.size;
  }

  observe({ time, values }: Observation): Evidence | undefined {
    const { times, within } = this;
    const value = this.distinct ? values[0]! : this.count++;
    if (value === null) return undefined;
    times.delete(value);
    times.set(value, time);
    for (const [old, at] of times) {
      if (time - at < within) break;
      times.delete(old);
    }
    if (times.size < this.atLeast) return undefined;
    const first = times.values().next().value!;
    // What is beyond n only takes room: the alert of now holds without it, and so does the next.
    if (times.size > this.atLeast) times.delete(times.keys().next().value!);
    return { count: times.size, first };
  }

  write(writer: StateWriter): void {
    writer.number(this.count);
    writer.int(this.times.size);
    for (const [value, time] of this.times) {
      writeValue(writer, value);
      writer.number(time);
    }
  }

  read(reader: StateReader): void {
    this.count = reader.number();
    for (let left = reader.int(); left > 0; left--) this.times.set(readValue(reader), reader.number());
  }
}

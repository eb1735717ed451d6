import type { SettingsOf } from '../../../pipeline/detect/registry.js';
import type { StateReader } from '../../snapshot/reader.js';
import type { StateWriter } from '../../snapshot/writer.js';
import type { DetectorKind, Evidence, KeyDetector, Observation, Value } from '../kind.js';
import { readValue, writeValue } from '../value.js';

type Settings = SettingsOf<'travel'>;

/**
 * A key that is in another place sooner than anybody gets there: less than `within` after it was last seen elsewhere. The rule of card networks known
 * as impossible travel or geo-velocity, with one time for all pairs of places instead of a distance by a speed. Nulls are passed over.
 */
export const travel: DetectorKind<Settings> = { create: (settings) => new Travel(settings) };

class Travel implements KeyDetector {
  readonly due = Number.POSITIVE_INFINITY;
  readonly bytes = 64;
  private readonly within: number;
  private place: Value = null;
  private seen = 0;

  constructor({ within }: Settings) {
    this.within = within;
  }

  observe({ time, values }: Observation): Evidence | undefined {
    const to = values[0]!;
    if (to === null) return undefined;
    const { place: from, seen } = this;
    this.place = to;
    this.seen = time;
    return from !== null && from !== to && time - seen < this.within
      ? { from, to, elapsed_ms: time - seen }
      : undefined;
  }

  write(writer: StateWriter): void {
    writeValue(writer, this.place);
    writer.number(this.seen);
  }

  read(reader: StateReader): void {
    this.place = readValue(reader);
    this.seen = reader.number();
  }
}

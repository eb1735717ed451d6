import type { SettingsOf } from '../../../pipeline/detect/registry.js';
import type { StateReader } from '../../snapshot/reader.js';
import type { StateWriter } from '../../snapshot/writer.js';
import type { DetectorKind, Evidence, KeyDetector, Observation, Value } from '../kind.js';
import { readValue, writeValue } from '../value.js';

type Settings = SettingsOf<'flat_line'>;

/**
 * The same value at least n times in a row, and for so long: a sensor that is stuck. Told once, until the value changes. A run of equal values as quality
 * control tests it (Western Electric, 1956; NIST's "persistence check" for meteorological sensors); how many are many depends on how finely the value
 * is told. Nulls are passed over.
 */
export const flatLine: DetectorKind<Settings> = { create: (settings) => new FlatLine(settings) };

class FlatLine implements KeyDetector {
  readonly due = Number.POSITIVE_INFINITY;
  readonly bytes = 64;
  private readonly settings: Settings;
  private value: Value = null;
  private count = 0;
  private since = 0;
  private told = false;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  observe({ time, values }: Observation): Evidence | undefined {
    const value = values[0]!;
    if (value === null) return undefined;
    if (value !== this.value) {
      this.value = value;
      this.count = 0;
      this.since = time;
      this.told = false;
    }
    this.count++;
    const { at_least: atLeast, lasting } = this.settings;
    if (this.told || this.count < atLeast || time - this.since < lasting) return undefined;
    this.told = true;
    return { value, count: this.count, since: this.since };
  }

  write(writer: StateWriter): void {
    writeValue(writer, this.value);
    writer.number(this.count);
    writer.number(this.since);
    writer.int(this.told ? 1 : 0);
  }

  read(reader: StateReader): void {
    this.value = readValue(reader);
    this.count = reader.number();
    this.since = reader.number();
    this.told = reader.int() === 1;
  }
}

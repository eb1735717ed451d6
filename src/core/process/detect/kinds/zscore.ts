import type { SettingsOf } from '../../../pipeline/detect/registry.js';
import type { StateReader } from '../../snapshot/reader.js';
import type { StateWriter } from '../../snapshot/writer.js';
import type { DetectorKind, Evidence, KeyDetector, Observation } from '../kind.js';
import { clipped, medianAndScale, nextScale } from '../robust-scale.js';

type Settings = SettingsOf<'zscore'>;

/**
 * A value further from what its key usually says than `threshold` deviations. Usual is an exponentially weighted mean (Roberts 1959) that learns from
 * deviations only as far as they are clipped (Gelper, Fried and Croux, "Robust forecasting with exponential and Holt-Winters smoothing", 2010), so
 * that an outlier neither hides the next nor makes the ordinary odd. The mean starts as median and MAD of the warm-up. Nulls are passed over.
 */
export const zscore: DetectorKind<Settings> = { create: (settings) => new ZScore(settings) };

class ZScore implements KeyDetector {
  readonly due = Number.POSITIVE_INFINITY;
  private readonly settings: Settings;
  private readonly factor: number;
  /** Empty once it is over. */
  private warmUp: number[] = [];
  private warm = false;
  private mean = 0;
  private scale = 0;

  constructor(settings: Settings) {
    this.settings = settings;
    this.factor = 2 / (settings.memory + 1);
  }

  get bytes(): number {
    return 64 + 8 * this.warmUp.length;
  }

  observe({ values }: Observation): Evidence | undefined {
    const { settings, factor } = this;
    const value = values[0] as number | null;
    if (value === null) return undefined;
    const seen = settings.scale === 'log' ? Math.log(value) : value;
    if (!Number.isFinite(seen)) return undefined;
    if (!this.warm) {
      this.warmUpBy(seen);
      return undefined;
    }
    const { mean, scale } = this;
    const usual = Math.max(scale, settings.least);
    const deviation = seen - mean;
    this.mean += factor * clipped(deviation, usual);
    this.scale = nextScale(usual, deviation, factor);
    if (!this.isOdd(deviation, usual)) return undefined;
    const back = (of: number) => (settings.scale === 'log' ? Math.exp(of) : of);
    // Where nothing ever varied, any change is beyond all measure: JSON has no infinity.
    const score = usual > 0 ? deviation / usual : null;
    return { value, expected: back(mean), deviation: usual, score };
  }

  write(writer: StateWriter): void {
    writer.int(this.warm ? 1 : 0);
    writer.array(Float64Array.from(this.warmUp));
    writer.number(this.mean);
    writer.number(this.scale);
  }

  read(reader: StateReader): void {
    this.warm = reader.int() === 1;
    this.warmUp = [...reader.numbers()];
    this.mean = reader.number();
    this.scale = reader.number();
  }

  private warmUpBy(seen: number): void {
    this.warmUp.push(seen);
    if (this.warmUp.length < this.settings.warm_up) return;
    const { middle, scale } = medianAndScale(this.warmUp);
    this.mean = middle;
    this.scale = scale;
    this.warm = true;
    this.warmUp = [];
  }

  private isOdd(deviation: number, usual: number): boolean {
    const { side, threshold } = this.settings;
    if (side === 'high' && deviation < 0) return false;
    if (side === 'low' && deviation > 0) return false;
    return Math.abs(deviation) > threshold * usual;
  }
}

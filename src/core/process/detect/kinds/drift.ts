import type { SettingsOf } from '../../../pipeline/detect/registry.js';
import type { StateReader } from '../../snapshot/reader.js';
import type { StateWriter } from '../../snapshot/writer.js';
import type { DetectorKind, Evidence, KeyDetector, Observation } from '../kind.js';
import { clipped, medianAndScale, nextScale } from '../robust-scale.js';

type Settings = SettingsOf<'drift'>;

/**
 * Maintenance forecast: where the value goes on as it does, it passes a limit soon. Level and trend by Holt's linear smoothing (Holt 1957), which learn from
 * forecast errors only as far as they are clipped (Gelper, Fried and Croux 2010), so that a spike is no trend. The trend is per observation; what that is in
 * time comes from the smoothed distance between observations. It is believed when it is `threshold` times the usual forecast error, so
 * many times in a row. After an alert the run begins anew. Nulls are passed over.
 */
export const drift: DetectorKind<Settings> = { create: (settings) => new Drift(settings) };

class Drift implements KeyDetector {
  readonly due = Number.POSITIVE_INFINITY;
  private readonly settings: Settings;
  private readonly factor: number;
  private warmUp: number[] = [];
  private warm = false;
  private level = 0;
  private trend = 0;
  private scale = 0;
  /** Smoothed, in ms. */
  private distance = 0;
  private last = Number.NaN;
  /** Observations in a row that forecast a limit passed; negative for the low one. */
  private run = 0;

  constructor(settings: Settings) {
    this.settings = settings;
    this.factor = 2 / (settings.memory + 1);
  }

  get bytes(): number {
    return 96 + 8 * this.warmUp.length;
  }

  observe({ time, values }: Observation): Evidence | undefined {
    const [value, ...limits] = values as readonly (number | null)[];
    if (value === null || value === undefined) return undefined;
    if (!Number.isNaN(this.last)) this.distance += this.factor * (time - this.last - this.distance);
    this.last = time;
    if (!this.warm) {
      this.warmUpBy(value);
      return undefined;
    }
    this.learn(value);
    const passing = this.passing(limits);
    this.run = passing === undefined ? 0 : Math.sign(this.trend) * (Math.abs(this.run) + 1);
    if (passing === undefined || Math.abs(this.run) < this.settings.at_least) return undefined;
    this.run = 0;
    const perMinute = this.distance > 0 ? (this.trend * 60_000) / this.distance : null;
    return { value, level: this.level, trend_per_minute: perMinute, ...passing };
  }

  write(writer: StateWriter): void {
    writer.int(this.warm ? 1 : 0);
    writer.array(Float64Array.from(this.warmUp));
    for (const number of [this.level, this.trend, this.scale, this.distance, this.last, this.run])
      writer.number(number);
  }

  read(reader: StateReader): void {
    this.warm = reader.int() === 1;
    this.warmUp = [...reader.numbers()];
    this.level = reader.number();
    this.trend = reader.number();
    this.scale = reader.number();
    this.distance = reader.number();
    this.last = reader.number();
    this.run = reader.number();
  }

  private warmUpBy(value: number): void {
    this.warmUp.push(value);
    if (this.warmUp.length < this.settings.warm_up) return;
    const steps = this.warmUp.slice(1).map((each, index) => each - this.warmUp[index]!);
    this.level = medianAndScale(this.warmUp).middle;
    this.scale = medianAndScale(steps).scale;
    this.warm = true;
    this.warmUp = [];
  }

  /** In error-correction form, with Brown's gains: those of a straight line fitted with weights (1 - factor)^(2 age). */
  private learn(value: number): void {
    const { factor } = this;
    const forecast = this.level + this.trend;
    const error = value - forecast;
    const learnt = clipped(error, this.scale);
    this.scale = nextScale(this.scale, error, factor);
    this.level = forecast + factor * (2 - factor) * learnt;
    this.trend += factor ** 2 * learnt;
  }

  /** The limit that the trend leads to, and in how many ms it is there: 0 when it is passed already. Undefined when it is far, or not believed. */
  private passing(limits: readonly (number | null)[]): { limit: number; in_ms: number } | undefined {
    const { settings, level, trend, scale, distance } = this;
    if (!(Math.abs(trend) > settings.threshold * scale)) return undefined;
    const [low, high] = settings.low === undefined ? [null, limits[0]!] : [limits[0]!, limits[1] ?? null];
    const limit = trend < 0 ? low : high;
    if (limit === null || limit === undefined) return undefined;
    const ms = Math.max(0, (limit - level) / trend) * distance;
    return ms < settings.within ? { limit, in_ms: Math.round(ms) } : undefined;
  }
}

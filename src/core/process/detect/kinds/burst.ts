import type { SettingsOf } from '../../../pipeline/detect/registry.js';
import type { StateReader } from '../../snapshot/reader.js';
import type { StateWriter } from '../../snapshot/writer.js';
import type { DetectorKind, Evidence, KeyDetector, Observation } from '../kind.js';

type Settings = SettingsOf<'burst'>;

/**
 * The share of bad observations is above what is normal. A Bernoulli CUSUM (Page 1954; Reynolds and Stoumbos, "A CUSUM chart for monitoring a proportion",
 * 1999): the logarithm of the odds of `raised` against `normal`, never below 0. By Wald's inequality e^threshold observations or more lie
 * between two false alerts. After an alert it starts again from 0. Nulls are passed over.
 */
export const burst: DetectorKind<Settings> = { create: (settings) => new Burst(settings) };

class Burst implements KeyDetector {
  readonly due = Number.POSITIVE_INFINITY;
  readonly bytes = 64;
  private readonly threshold: number;
  private readonly forBad: number;
  private readonly forGood: number;
  private score = 0;
  /** Since the score left 0. */
  private bad = 0;
  private count = 0;
  private since = 0;

  constructor({ normal, raised, threshold }: Settings) {
    this.threshold = threshold;
    this.forBad = Math.log(raised / normal);
    this.forGood = Math.log((1 - raised) / (1 - normal));
  }

  observe({ time, values }: Observation): Evidence | undefined {
    const bad = values[0]!;
    if (bad === null) return undefined;
    if (this.score === 0) this.start(time);
    this.count++;
    if (bad) this.bad++;
    this.score = Math.max(0, this.score + (bad ? this.forBad : this.forGood));
    if (this.score < this.threshold) return undefined;
    this.score = 0;
    return { bad: this.bad, of: this.count, since: this.since };
  }

  write(writer: StateWriter): void {
    for (const number of [this.score, this.bad, this.count, this.since]) writer.number(number);
  }

  read(reader: StateReader): void {
    this.score = reader.number();
    this.bad = reader.number();
    this.count = reader.number();
    this.since = reader.number();
  }

  private start(time: number): void {
    this.bad = 0;
    this.count = 0;
    this.since = time;
  }
}

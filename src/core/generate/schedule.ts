import type { RateProfile } from './arrival.js';
import type { Random } from './random.js';

export interface ScheduleOptions {
  profile: RateProfile;
  /** Of this partition alone. */
  eventsPerMs: number;
  /** So many events exactly; without it as many as fit `durationMs`, or no end. */
  events?: number;
  /** The events are spread over exactly this time; with `events` their spacing follows from both. */
  durationMs?: number;
  /** In [0, 1): where in its spacing the first evenly spaced event stands, so that partitions do not send in step. */
  phase: number;
  /** Exponential gaps from this instead of even spacing. */
  gaps?: Random;
}

/**
 * Intended send times of one partition, open loop: they depend on the options alone, never on how fast anything runs. Time advances in units
 * of expected events ("mass"), which the profile's steps stretch into milliseconds: even spacing or exponential gaps in mass become the wanted
 * rate in time (the time change of a Poisson process).
 */
export class Schedule {
  private readonly starts: Float64Array;
  private readonly masses: Float64Array;
  private readonly msPerMass: Float64Array;
  private readonly periodMs: number;
  private readonly spacing: number;
  private readonly end: number;
  private readonly events: number;
  private readonly phase: number;
  private readonly gaps: Random | undefined;
  private produced = 0;
  private mass = 0;
  private period = 0;
  private step = 0;
  private last = 0;

  constructor({ profile, eventsPerMs, events, durationMs, phase, gaps }: ScheduleOptions) {
    const { steps, periodMs } = profile;
    this.periodMs = periodMs;
    this.starts = new Float64Array(steps.length);
    this.masses = new Float64Array(steps.length + 1);
    this.msPerMass = new Float64Array(steps.length);
    let start = 0;
    for (const [index, { durationMs: length, weight }] of steps.entries()) {
      this.starts[index] = start;
      this.masses[index + 1] = this.masses[index]! + (length * weight) / periodMs;
      this.msPerMass[index] = weight > 0 ? periodMs / weight : 0;
      start += length;
    }
    this.masses[steps.length] = 1;
    const total = durationMs === undefined ? undefined : this.massAt(durationMs);
    this.end = total ?? Number.POSITIVE_INFINITY;
    const fitting = durationMs === undefined || gaps ? undefined : Math.round(eventsPerMs * durationMs);
    this.events = events ?? fitting ?? Number.POSITIVE_INFINITY;
    this.spacing = total !== undefined && !gaps ? total / this.events : 1 / (eventsPerMs * periodMs);
    this.phase = phase;
    this.gaps = gaps;
  }

  /** Milliseconds from the start, with fractions, never less than before; -1 after the last. */
  next(): number {
    if (this.produced >= this.events) return -1;
    if (this.gaps) this.mass += this.gaps.exponential() * this.spacing;
    else this.mass = (this.produced + this.phase) * this.spacing;
    if (this.gaps && this.mass >= this.end) {
      this.produced = Number.POSITIVE_INFINITY;
      return -1;
    }
    this.produced++;
    this.last = Math.max(this.last, this.timeAt(this.mass));
    return this.last;
  }

  private timeAt(mass: number): number {
    const whole = Math.floor(mass);
    const rest = mass - whole;
    if (whole !== this.period) {
      this.period = whole;
      this.step = 0;
    }
    while (this.masses[this.step + 1]! <= rest) this.step++;
    const within = (rest - this.masses[this.step]!) * this.msPerMass[this.step]!;
    return whole * this.periodMs + this.starts[this.step]! + within;
  }

  private massAt(ms: number): number {
    const periods = Math.floor(ms / this.periodMs);
    const rest = ms - periods * this.periodMs;
    let step = 0;
    while (step + 1 < this.starts.length && this.starts[step + 1]! <= rest) step++;
    const rate = this.msPerMass[step]! > 0 ? 1 / this.msPerMass[step]! : 0;
    return periods + this.masses[step]! + (rest - this.starts[step]!) * rate;
  }
}

import type { SendReportLine } from '../../run/generate/send-report.js';
import type { EngineReportLine } from '../../run/process/engine-report.js';
import type { SecondVerdicts } from '../../run/process/verdict-seconds.js';
import type { ProcessUse } from '../../run/report/process-figures.js';
import type { SecondLatency } from '../../run/report/second-latencies.js';
import { LatencyHistogram } from '../../runtime/latency-histogram.js';
import { Counter } from './counter.js';
import { MeasuredLatency } from './measured-latency.js';

/** What a process used in one second. */
export interface SecondUse {
  cpu_s: number;
  rss_bytes: number;
}

/** Pauses and delays of one of our processes over the measured part. */
export interface Stalls {
  gc_ms: number[];
  delay: LatencyHistogram;
}

/** How long after the measured part an event of it may be acknowledged and still be in time. */
const graceSeconds = 1;

/**
 * Everything that was told of one measured part, whoever told it. Its seconds are numbered from 0: latencies and verdicts stand under the second in
 * which their events were due, counts and use under the one that had just ended when they were read.
 */
export class Timeline {
  /** Epoch ms of the beginning, which is a whole second. */
  readonly from: number;
  readonly sent = new Counter();
  readonly acked = new Counter();
  readonly consumed: Counter;
  readonly stored: Counter;
  /** By stage, and by query as `query NAME`. */
  readonly latencies = new Map<string, MeasuredLatency>();
  /** By process. */
  readonly stalls = new Map<string, Stalls>();
  private length: number;
  private readonly acks: { due: number; read: number; count: number }[] = [];
  private readonly verdictsBySecond = new Map<number, SecondVerdicts[]>();
  private readonly uses = new Map<string, Map<number, SecondUse>>();
  private readonly watermarkAges = new Map<number, number>();

  /** `engine` is where the engine's counts stood before. */
  constructor(from: number, seconds: number, engine: { consumed: number; stored: number }) {
    this.from = from;
    this.length = seconds;
    this.consumed = new Counter(engine.consumed);
    this.stored = new Counter(engine.stored);
  }

  get seconds(): number {
    return this.length;
  }

  /** What is due after the last whole second before `at`, in epoch ms, is not measured. */
  end(at: number): void {
    this.length = Math.max(0, Math.min(this.length, Math.floor((at - this.from) / 1000)));
  }

  addSender(line: SendReportLine): void {
    const read = this.endedAt(line.at);
    this.sent.note(read, line.sent);
    this.acked.note(read, line.acked);
    for (const { stage, second, count } of line.latencies)
      if (stage === 'ack') this.acks.push({ due: this.numberOf(second), read, count });
    this.addLatencies(line.latencies);
    this.addProcess('generator', line.at, line.process);
  }

  addEngine(line: EngineReportLine): void {
    const read = this.endedAt(line.at);
    this.consumed.note(read, line.consumed);
    this.stored.note(read, line.aggregated);
    if (line.watermark !== null) this.watermarkAges.set(read, line.at - line.watermark);
    for (const verdicts of line.verdicts) {
      const second = this.numberOf(verdicts.second);
      this.verdictsBySecond.set(second, [...(this.verdictsBySecond.get(second) ?? []), verdicts]);
    }
    this.addLatencies(line.latencies);
    this.addProcess('engine', line.at, line.process);
  }

  addLatencies(latencies: readonly SecondLatency[]): void {
    for (const { stage, second, ...encoded } of latencies) {
      if (!this.has(this.numberOf(second))) continue;
      const known = this.latencies.get(stage) ?? new MeasuredLatency();
      this.latencies.set(stage, known);
      known.add(this.numberOf(second), encoded);
    }
  }

  /** What one of our own processes tells of itself. */
  addProcess(name: string, at: number, { cpu_ms, rss_bytes, gc_ms, event_loop_delay }: ProcessUse): void {
    this.addUse(name, at, { cpu_s: cpu_ms / 1000, rss_bytes });
    if (!this.has(this.endedAt(at))) return;
    const known = this.stalls.get(name) ?? { gc_ms: [], delay: new LatencyHistogram() };
    this.stalls.set(name, known);
    known.gc_ms.push(...gc_ms);
    known.delay.add(LatencyHistogram.decode(event_loop_delay));
  }

  /** Of the second that ended at `at`. */
  addUse(name: string, at: number, { cpu_s, rss_bytes }: SecondUse): void {
    const known = this.uses.get(name) ?? new Map<number, SecondUse>();
    this.uses.set(name, known);
    const second = this.endedAt(at);
    known.set(second, { cpu_s: (known.get(second)?.cpu_s ?? 0) + cpu_s, rss_bytes });
  }

  /** By process. */
  usedIn(second: number): Record<string, SecondUse> {
    return Object.fromEntries(
      [...this.uses].flatMap(([name, uses]) => (uses.has(second) ? [[name, uses.get(second)!]] : [])),
    );
  }

  /** Records in the topic that the engine had not judged at the end of a second. */
  lagAt(second: number): number {
    return Math.max(0, this.acked.at(second) - (this.consumed.at(second) - this.consumed.before));
  }

  /** How far the watermark was behind the clock at the end of a second; null before there was one. */
  watermarkAgeAt(second: number): number | null {
    return this.watermarkAges.get(second) ?? null;
  }

  /** Events due in the seconds [0, to) that were acknowledged no later than a second after those. */
  acknowledgedInTime(to = this.length): number {
    return this.acks.reduce(
      (sum, { due, read, count }) => (due >= 0 && due < to && read < to + graceSeconds ? sum + count : sum),
      0,
    );
  }

  /** Of the events that were due in the measured part. */
  verdicts(): Omit<SecondVerdicts, 'second'> {
    const sum = { aggregated: 0, late: 0, duplicates: 0, dead_letters: 0 };
    for (let second = 0; second < this.length; second++)
      for (const verdicts of this.verdictsBySecond.get(second) ?? [])
        for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += verdicts[name];
    return sum;
  }

  /** The measured part's number of a second of the epoch. */
  private numberOf(epochSecond: number): number {
    return epochSecond - this.from / 1000;
  }

  /** The second that had ended when a line was written: lines come at whole seconds, or a little after. */
  private endedAt(at: number): number {
    return Math.round((at - this.from) / 1000) - 1;
  }

  private has(second: number): boolean {
    return second >= 0 && second < this.length;
  }
}

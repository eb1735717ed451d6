import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SendReportLine } from '../../run/generate/send-report.js';
import type { GenerateSummary } from '../../run/generate/summary.js';
import { headerPath, type RunHeader, readHeader, runFolder } from '../../run/ledger/header.js';
import { readLedger } from '../../run/ledger/ledger.js';
import { startPipe } from '../../run/pipe-process.js';
import { ProcessFigures } from '../../run/report/process-figures.js';
import { connectReader } from '../../sink/client.js';
import { generatorSchedule } from '../workload/schedule.js';
import type { Workload } from '../workload/schema.js';
import { Beside } from './beside.js';
import { ReportTail } from './report-tail.js';
import type { RigParts } from './rig-parts.js';
import { ServiceUse } from './service-use.js';
import { storedRows } from './stored.js';
import { Timeline } from './timeline.js';

/** Where a measurement stands. */
export interface Moment {
  phase: 'warm-up' | 'measuring' | 'draining';
  /** Seconds since the measured part began; negative in the warm-up. */
  elapsedS: number;
  timeline: Timeline;
}

export interface MeasureWatch {
  /** Once a second. Answers whether the run is to end now. */
  onSecond(moment: Moment): boolean;
}

/** One workload as it went. */
export interface Measurement {
  workload: Workload;
  timeline: Timeline;
  header: RunHeader;
  generated: GenerateSummary;
  batches: number;
  /** Rows in ClickHouse of events that were due in the measured part. */
  stored: number;
  /** Why it was ended early. */
  ended: 'stopped' | 'aborted' | undefined;
}

/** So long after the schedule's end what was not sent by then is given up. */
const overrunMs = 30_000;
/** So long the engine may take to catch up when the run was stopped. */
const lastDrainMs = 10_000;
const pollMs = 20;
/** Reports have a line for each whole second; it is there a little later. */
const lookMs = 150;

/** Warm-up, measured part, and until the engine has stored all that was acknowledged. The engine runs on. */
export async function measure(
  parts: RigParts,
  workload: Workload,
  seed: number,
  watch: MeasureWatch,
): Promise<Measurement> {
  const { runtime, plan, stack, engine } = parts;
  const { clock } = runtime;
  const run = new GeneratorRun(parts, workload, seed);
  const beside = new Beside(clock, plan, stack.endpoints.clickhouse, workload);
  const own = new ProcessFigures(clock);
  const services = new ServiceUse(stack.status);
  const failures: unknown[] = [];
  let asking: Promise<void> | undefined;
  try {
    const header = await run.header();
    engine.read();
    const { warmup_s, duration_s } = workload;
    const timeline = new Timeline(header.workload!.start + warmup_s * 1000, duration_s, engine.counts);
    asking = beside.run().catch((error: unknown) => void failures.push(error));
    let ended: Measurement['ended'];
    let endedAt = 0;
    own.take();
    services.take();
    for (;;) {
      const second = Math.floor(clock.now() / 1000) + 1;
      await clock.sleep(second * 1000 + lookMs - clock.now());
      look(second * 1000);
      if (failures.length > 0) throw failures[0];
      const elapsedS = second - timeline.from / 1000;
      const phase = elapsedS <= 0 ? 'warm-up' : run.over ? 'draining' : 'measuring';
      const enough = watch.onSecond({ phase, elapsedS, timeline });
      if (!ended && !run.over && (runtime.signal.aborted || enough)) {
        ended = runtime.signal.aborted ? 'stopped' : 'aborted';
        endedAt = clock.now();
        timeline.end(endedAt);
        run.stop();
      }
      if (clock.now() > timeline.from + duration_s * 1000 + overrunMs) run.stop();
      if (elapsedS > duration_s || run.over) beside.stopAsking();
      if (!run.over) continue;
      // Its last line came before it ended.
      look(second * 1000);
      const drained = engine.counts.consumed - timeline.consumed.before >= run.acked;
      if (drained || (runtime.signal.aborted && clock.now() > endedAt + lastDrainMs)) break;
    }
    beside.stop();
    await asking;
    look(clock.now());
    const { generated, batches } = await run.ended();
    const reader = connectReader(stack.endpoints.clickhouse);
    const ranges = readLedger(runFolder(stack.home, plan.name, header.run)).state.partitions.map(
      ({ nextOffset }, partition) => ({ partition, from: header.partitions[partition]!.begin, to: nextOffset }),
    );
    const until = timeline.from + timeline.seconds * 1000;
    const stored = await storedRows(reader, plan, ranges, { from: timeline.from, to: until }).finally(() =>
      reader.close(),
    );
    return { workload, timeline, header, generated, batches, stored, ended };

    /** Takes in what has been told since the last look; `at` is the whole second that has just ended. */
    function look(at: number): void {
      for (const line of engine.read()) timeline.addEngine(line);
      for (const line of run.read()) timeline.addSender(line);
      timeline.addLatencies(beside.take());
      timeline.addProcess('bench', at, own.take());
      for (const [name, use] of services.take()) timeline.addUse(name, at, use);
    }
  } finally {
    own.close();
    beside.stop();
    await asking;
    run.kill();
  }
}

/** `pipe generate` with its report. */
class GeneratorRun {
  /** It has ended, well or not. */
  over = false;
  acked = 0;
  private batches = 0;
  private stopping = false;
  private readonly parts: RigParts;
  private readonly name: string;
  private readonly process: ReturnType<typeof startPipe<GenerateSummary>>;
  private readonly tail: ReportTail<SendReportLine>;
  private failure: unknown;

  constructor(parts: RigParts, workload: Workload, seed: number) {
    const { runtime, folder, select, stack } = parts;
    this.parts = parts;
    // Told apart by the time: the same workload may be run again.
    this.name = `bench-${seed}-${runtime.clock.now()}`;
    const report = join(folder, `${this.name}.ndjson`);
    const args = ['generate', ...select, ...stack.place, '--run', this.name, '--report', report];
    this.process = startPipe<GenerateSummary>(runtime, 'generator', [...args, ...generateFlags(workload, seed)]);
    this.tail = new ReportTail(report);
    this.process.ended.then(
      () => (this.over = true),
      (error: unknown) => {
        this.over = true;
        this.failure = error;
      },
    );
  }

  /** Resolves when the run is about to begin. */
  async header(): Promise<RunHeader> {
    const { runtime, stack, plan } = this.parts;
    const folder = runFolder(stack.home, plan.name, this.name);
    while (!existsSync(headerPath(folder))) {
      if (this.failure) throw this.failure;
      await runtime.clock.sleep(pollMs, runtime.signal);
    }
    return readHeader(folder);
  }

  /** New lines of its report. Throws what it failed with. */
  read(): SendReportLine[] {
    if (this.failure) throw this.failure;
    const lines = this.tail.read();
    this.acked = lines.at(-1)?.acked ?? this.acked;
    this.batches = lines.at(-1)?.batches ?? this.batches;
    return lines;
  }

  async ended(): Promise<{ generated: GenerateSummary; batches: number }> {
    return { generated: await this.process.ended, batches: this.batches };
  }

  /** Cleanly; `over` says when it has. */
  stop(): void {
    if (!this.stopping) this.process.stop().catch(() => undefined);
    this.stopping = true;
  }

  kill(): void {
    if (!this.over) this.process.kill();
  }
}

function generateFlags(workload: Workload, seed: number): string[] {
  const { rate, arrival, durationMs } = generatorSchedule(workload);
  const { skew, distortions } = workload;
  const { late, repeat, discard, corrupt } = distortions;
  return Object.entries({
    rate,
    arrival,
    duration: `${durationMs}ms`,
    seed,
    skew,
    late,
    repeat,
    discard,
    corrupt,
  }).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
}

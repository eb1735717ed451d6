import { closeSync, openSync, writeSync } from 'node:fs';
import { messageOf, usageError } from '../../runtime/errors.js';
import type { Clock } from '../../runtime/runtime.js';
import { ProcessFigures, type ProcessUse } from './process-figures.js';
import type { SecondLatency } from './second-latencies.js';

/** What a run says in each line of its report; counts are those since it began. */
export interface RunFigures {
  latencies: SecondLatency[];
}

/** A line of a report. */
export type ReportLine<Figures extends RunFigures> = {
  /** Epoch ms of the moment that it tells of. */
  at: number;
  pid: number;
  process: ProcessUse;
} & Figures;

/**
 * A file of NDJSON beside a run: a line at each whole second of the clock, so that the lines of several processes tell of the same moments, and a last
 * one when it is closed. Throws a usage error where the file cannot be made.
 */
export class ReportFile<Figures extends RunFigures> {
  private readonly clock: Clock;
  private readonly pid: number;
  private readonly figures: () => Figures;
  private readonly descriptor: number;
  private readonly use: ProcessFigures;
  private readonly over = new AbortController();
  private readonly writing: Promise<void>;

  constructor({ clock, pid }: { clock: Clock; pid: number }, path: string, figures: () => Figures) {
    this.clock = clock;
    this.pid = pid;
    this.figures = figures;
    this.descriptor = opened(path);
    this.use = new ProcessFigures(clock);
    this.writing = this.everySecond();
    // It is thrown by `close`.
    this.writing.catch(() => undefined);
  }

  /** The last line is in the file when it resolves. */
  async close(): Promise<void> {
    this.over.abort();
    await this.writing;
    this.write();
    this.use.close();
    closeSync(this.descriptor);
  }

  private async everySecond(): Promise<void> {
    const { clock, over } = this;
    for (let next = secondAfter(clock.now()); ; ) {
      await clock.sleep(next - clock.now(), over.signal).catch(() => undefined);
      if (over.signal.aborted) return;
      // A timer may be a millisecond early.
      if (clock.now() < next) continue;
      this.write();
      next = secondAfter(clock.now());
    }
  }

  private write(): void {
    const { pid } = this;
    const line: ReportLine<Figures> = { at: this.clock.now(), pid, process: this.use.take(), ...this.figures() };
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.descriptor, bytes, at);
  }
}

function secondAfter(ms: number): number {
  return (Math.floor(ms / 1000) + 1) * 1000;
}

function opened(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw usageError(`--report ${path}: the file cannot be written: ${messageOf(error)}`);
  }
}

import type { VerdictCounts } from '../../process/verdict.js';
import type { Runtime } from '../../runtime/runtime.js';
import { ReportFile, type ReportLine, type RunFigures } from '../report/report-file.js';
import type { SecondLatency } from '../report/second-latencies.js';
import type { EngineStage, Measured } from './engine-latencies.js';
import type { SecondVerdicts } from './verdict-seconds.js';

/** Where an engine stands after a block; counts are those of this run. */
export interface EngineProgress {
  verdicts: VerdictCounts;
  /** Records that were in the topic at the start and are still to come. */
  left: number;
  windowsEmitted: number;
  /** Epoch ms; -Infinity before there is one. */
  watermark: number;
}

export interface EngineRunFigures extends RunFigures {
  of: 'process';
  /** Records that are judged and, where a row follows from them, stored. */
  consumed: number;
  aggregated: number;
  late: number;
  duplicates: number;
  dead_letters: number;
  left: number;
  windows_emitted: number;
  /** Epoch ms; null before there is one. */
  watermark: number | null;
  latencies: SecondLatency<EngineStage>[];
  /** Of the records judged since the last line, whether stored yet or not. */
  verdicts: SecondVerdicts[];
}

export type EngineReportLine = ReportLine<EngineRunFigures>;

/** The report beside an engine. It tells of whole blocks: where the last one that was noted had led. */
export class EngineReport {
  private readonly file: ReportFile<EngineRunFigures>;
  private progress: EngineProgress;
  private measured: Measured[] = [];

  /** `own` takes what is measured beside the blocks. */
  constructor(runtime: Pick<Runtime, 'clock' | 'pid'>, path: string, own: () => Measured, progress: EngineProgress) {
    this.progress = progress;
    this.file = new ReportFile(runtime, path, () => {
      const taken = [...this.measured, own()];
      this.measured = [];
      return {
        ...figuresOf(this.progress),
        latencies: taken.flatMap(({ latencies }) => latencies),
        verdicts: taken.flatMap(({ verdicts }) => verdicts),
      };
    });
  }

  add(measured: Measured): void {
    this.measured.push(measured);
  }

  note(progress: EngineProgress): void {
    this.progress = progress;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

function figuresOf({
  verdicts,
  left,
  windowsEmitted,
  watermark,
}: EngineProgress): Omit<EngineRunFigures, 'latencies' | 'verdicts'> {
  return {
    of: 'process',
    consumed: verdicts.consumed,
    aggregated: verdicts.aggregated,
    late: verdicts.late + verdicts.lateIdle,
    duplicates: verdicts.duplicates,
    dead_letters: verdicts.deadLetters,
    left,
    windows_emitted: windowsEmitted,
    watermark: Number.isFinite(watermark) ? watermark : null,
  };
}

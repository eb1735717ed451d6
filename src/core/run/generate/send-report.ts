import type { Runtime } from '../../runtime/runtime.js';
import type { Ledger } from '../ledger/ledger.js';
import { ReportFile, type ReportLine, type RunFigures } from '../report/report-file.js';
import { SecondLatencies, type SecondLatency } from '../report/second-latencies.js';

/** From its intended time until a record is handed to its producer, and until Kafka has acknowledged it. */
export const sendStages = ['schedule_lag', 'ack'] as const;
export type SendStage = (typeof sendStages)[number];

export interface SendRunFigures extends RunFigures {
  of: 'generate';
  run: string;
  sent: number;
  acked: number;
  /** Record batches acknowledged. */
  batches: number;
  latencies: SecondLatency<SendStage>[];
}

export type SendReportLine = ReportLine<SendRunFigures>;

/** The report beside a run that sends. */
export class SendReport {
  private readonly latencies = new SecondLatencies(sendStages);
  private readonly origin: number | undefined;
  private readonly file: ReportFile<SendRunFigures>;
  private counts = { sent: 0, acked: 0, batches: 0 };

  /** `origin` as SendTask's; undefined where nothing has a due time. */
  constructor(runtime: Pick<Runtime, 'clock' | 'pid'>, path: string, { header }: Ledger, origin: number | undefined) {
    this.origin = origin;
    const { run } = header;
    this.file = new ReportFile(runtime, path, () => ({
      of: 'generate',
      run,
      ...this.counts,
      latencies: this.latencies.take(),
    }));
  }

  /** Records that go out at `now`; times are of the monotonic clock. */
  sent(due: Float64Array, records: number, now: number): void {
    this.counts.sent += records;
    this.record('schedule_lag', due, records, now);
  }

  acknowledged(due: Float64Array, records: number, now: number): void {
    this.counts.acked += records;
    this.counts.batches++;
    this.record('ack', due, records, now);
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private record(stage: SendStage, due: Float64Array, records: number, now: number): void {
    const { origin } = this;
    if (origin === undefined) return;
    for (let index = 0; index < records; index++) this.latencies.record(stage, due[index]! - origin, now - due[index]!);
  }
}

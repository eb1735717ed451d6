import type { LagQuantiles } from './lag.js';

/** What `generate` answers. Counts are those of the whole run, a resumed one's earlier parts included; rate and lag those of this process. */
export interface GenerateSummary {
  domain: string;
  topic: string;
  run: string;
  /** Different Kafka keys there are to draw from. */
  keys: number;
  seed: number;
  /** ISO 8601: the first intended send time. */
  start: string;
  /** Whether the run reached its end; if not, --resume goes on with it. */
  complete: boolean;
  sent: number;
  acked: number;
  /** Of the acknowledged record batches, as they went over the wire. */
  bytes: number;
  rate: { target: number | 'max'; achieved: number };
  schedule_lag_ms: LagQuantiles;
  injected: { late: number; repeated: number; discarded: number; corrupted: number };
  /** Of this process: from the first due time to the last acknowledgement, or to the schedule's end if that is later. */
  duration_s: number;
  /** Records that were in the topic before this process began; 0 unless resumed. */
  resumed_from: number;
}

export function renderSummary(summary: GenerateSummary): string {
  const { rate, schedule_lag_ms: lag, injected } = summary;
  const distorted = Object.entries(injected).filter(([, count]) => count > 0);
  const lines = [
    ['run', `${summary.run}  (seed ${summary.seed}, start ${summary.start})`],
    ['topic', summary.topic],
    ['sent', `${number(summary.sent)}, acknowledged ${number(summary.acked)}, ${number(summary.bytes)} bytes`],
    [
      'rate',
      `${number(rate.achieved)}/s of ${rate.target === 'max' ? 'max' : `${number(rate.target)}/s`} over ${summary.duration_s} s`,
    ],
    [
      'lag',
      lag.p50 === null
        ? 'none: no schedule'
        : `p50 ${lag.p50} ms, p99 ${lag.p99} ms, max ${lag.max} ms behind the schedule`,
    ],
    [
      'injected',
      distorted.length === 0 ? 'nothing' : distorted.map(([kind, count]) => `${kind} ${number(count)}`).join(', '),
    ],
    ...(summary.resumed_from > 0 ? [['resumed', `from record ${number(summary.resumed_from)}`]] : []),
    ...(summary.complete ? [] : [['stopped', 'before its end; go on with: pipe generate --resume']]),
  ];
  return lines.map(([name, text]) => `${name!.padEnd(9)} ${text}`).join('\n');
}

function number(value: number): string {
  return value.toLocaleString('en');
}

import { type BenchRecord, stages } from '../bench/record.js';
import type { PastRun } from '../bench/results/history.js';
import { rate, whole } from './numbers.js';
import { table } from './table.js';

type Quantiles = BenchRecord['schedule_lag_ms'];

/** Thresholds first, then throughput and what became of the events, then one table of latencies, and what it cost. */
export function benchSummary(record: BenchRecord): string {
  return [
    ...thresholdLines(record.thresholds),
    '',
    ...flowLines(record),
    '',
    'latency in ms',
    latencyTable(record),
    ...oddLines(record),
    '',
    costLine(record),
    ...(record.find_max ? ['', ...searchLines(record.find_max)] : []),
    ...(record.verdict === 'stopped' || record.verdict === 'aborted'
      ? [
          '',
          `${record.verdict} after ${record.duration_s.toFixed(0)} s of ${record.workload.duration_s} s: figures are of that part`,
        ]
      : []),
  ].join('\n');
}

/** Each with a mark and what was measured. */
export function thresholdLines(thresholds: BenchRecord['thresholds']): string[] {
  const width = Math.max(0, ...thresholds.map(({ expression }) => expression.length));
  return thresholds.map(
    ({ expression, ok, actual }) =>
      `${ok ? '✓' : '✗'} ${expression.padEnd(width)}  ${actual === null ? 'not measured' : figure(actual)}`,
  );
}

export function historyTable(runs: readonly PastRun[]): string {
  if (runs.length === 0) return 'no runs yet: pipe bench --workload smoke';
  return table(
    ['time', 'workload', 'commit', 'verdict', 'rate', 'e2e p99 ms', 'accuracy', 'file'],
    runs.map((run) => [
      run.time.replace(/\.\d+Z$/, 'Z'),
      run.workload,
      run.commit?.slice(0, 10) ?? '-',
      run.verdict,
      whole(run.sustainable ?? run.achieved),
      run.e2e_p99_ms?.toFixed(1) ?? '-',
      run.accuracy === null ? '-' : run.accuracy.toFixed(3),
      run.file,
    ]),
  );
}

function flowLines({ throughput, schedule_lag_ms: lag, accounting, accuracy, duration_s }: BenchRecord): string[] {
  const { target, achieved, dropped } = throughput;
  const { acked, aggregated, late, duplicates, dead_letters, stored, missing, extra } = accounting;
  return [
    `throughput  ${rate(achieved)} of ${target === 'max' ? 'max' : rate(target)} over ${duration_s.toFixed(0)} s; dropped ${whole(dropped)}; behind schedule p99 ${figure(lag.p99)} ms, max ${figure(lag.max)} ms`,
    `events      ${whole(acked)} acknowledged = ${whole(aggregated)} aggregated + ${whole(late)} late + ${whole(duplicates)} duplicates + ${whole(dead_letters)} dead letters`,
    `result      ${whole(stored)} stored, missing ${whole(missing)}, extra ${whole(extra)}; accuracy ${accuracy === null ? 'not verified' : `${accuracy.toFixed(3)} %`}`,
  ];
}

function latencyTable({ latency_ms, query_ms }: BenchRecord): string {
  const rows = [
    ...stages.map((stage) => [stage, latency_ms[stage]] as const),
    ...Object.entries(query_ms).map(([name, quantiles]) => [`query ${name}`, quantiles] as const),
  ];
  return table(
    ['stage', 'count', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'],
    rows.flatMap(([stage, of]) =>
      of
        ? [[stage, whole(of.count), ...[of.p50, of.p90, of.p95, of.p99, of.p999, of.max].map((ms) => ms.toFixed(1))]]
        : [],
    ),
  );
}

/** Values that a clock or a range made odd: counted above, and told. */
function oddLines({ latency_ms, query_ms }: BenchRecord): string[] {
  const odd = (of: Quantiles) =>
    [
      ...(of.negative > 0 ? [`${whole(of.negative)} below zero`] : []),
      ...(of.above > 0 ? [`${whole(of.above)} above an hour`] : []),
    ].join(', ');
  return Object.entries({ ...latency_ms, ...query_ms }).flatMap(([name, of]) =>
    of && odd(of) ? [`  ${name}: ${odd(of)}`] : [],
  );
}

function costLine({ cpu_s, duration_s, environment }: BenchRecord): string {
  const cores = Object.entries(cpu_s).map(([name, seconds]) => `${name} ${(seconds / duration_s).toFixed(2)}`);
  const shared = environment.shared_machine ? '; generator and system share the machine' : '';
  return `cores used  ${cores.join(', ')} of ${environment.cores}${shared}`;
}

function searchLines({
  sustainable,
  confirmed,
  not_sustained,
  latency_at,
}: NonNullable<BenchRecord['find_max']>): string[] {
  if (sustainable === null) return ['no rate was sustained'];
  const upper = not_sustained === null ? 'nothing higher was tried' : `${rate(not_sustained)} was not`;
  return [
    `sustainable ${rate(sustainable)}, ${confirmed ? 'confirmed by the longer run' : 'not confirmed'}; ${upper}`,
    ...(latency_at.length > 0 ? ['e2e in ms at shares of it'] : []),
    ...(latency_at.length > 0
      ? [
          table(
            ['share', 'rate', 'p50', 'p90', 'p99', 'p99.9', 'max'],
            latency_at.map(({ share, rate: at, e2e_ms: of }) => [
              `${Math.round(share * 100)} %`,
              rate(at),
              ...[of.p50, of.p90, of.p99, of.p999, of.max].map((ms) => ms.toFixed(1)),
            ]),
          ),
        ]
      : []),
  ];
}

/** Whole from a hundred on, else four digits. */
function figure(value: number): string {
  return Math.abs(value) >= 100
    ? value.toLocaleString('en-US', { maximumFractionDigits: 1 })
    : String(Number(value.toPrecision(4)));
}

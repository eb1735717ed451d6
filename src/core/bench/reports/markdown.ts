import { type BenchRecord, stages } from '../record.js';

/** For a pull request: verdict and thresholds, then throughput and latencies, then what it was measured on. */
export function markdownReport(record: BenchRecord): string {
  const { workload, verdict, thresholds, throughput, accounting, accuracy, latency_ms, query_ms } = record;
  const latencies = [
    ...stages.map((stage) => [stage, latency_ms[stage]] as const),
    ...Object.entries(query_ms).map(([name, quantiles]) => [`query ${name}`, quantiles] as const),
  ];
  return `${[
    `### pipe bench: ${workload.name} ${verdict === 'pass' ? '✓' : '✗'} ${verdict}`,
    '',
    '| | threshold | measured |',
    '|---|---|---|',
    ...thresholds.map(
      ({ expression, ok, actual }) =>
        `| ${ok ? '✓' : '✗'} | \`${expression}\` | ${actual === null ? 'not measured' : figure(actual)} |`,
    ),
    '',
    `${count(throughput.achieved)} of ${throughput.target === 'max' ? 'max' : count(throughput.target)} events/s for ${figure(record.duration_s)} s; ${count(accounting.stored)} rows stored, missing ${count(accounting.missing)}, extra ${count(accounting.extra)}; accuracy ${accuracy === null ? 'not verified' : `${accuracy.toFixed(3)} %`}`,
    '',
    '| latency in ms | count | p50 | p90 | p95 | p99 | p99.9 | max |',
    '|---|--:|--:|--:|--:|--:|--:|--:|',
    ...latencies.flatMap(([name, of]) =>
      of
        ? [
            `| ${name} | ${count(of.count)} | ${[of.p50, of.p90, of.p95, of.p99, of.p999, of.max].map((ms) => ms.toFixed(1)).join(' | ')} |`,
          ]
        : [],
    ),
    '',
    `<sub>${machineOf(record)}</sub>`,
  ].join('\n')}\n`;
}

/** What it was measured on, in a line. */
export function machineOf({ environment, time, id }: Pick<BenchRecord, 'environment' | 'time' | 'id'>): string {
  const { cores, cpu, versions, commit, dirty, seed, shared_machine: shared } = environment;
  return [
    id,
    time,
    ...(commit ? [`commit ${commit.slice(0, 10)}${dirty ? ' with changes' : ''}`] : []),
    `${cores} cores (${cpu})${shared ? ', generator and system together' : ''}`,
    `Node ${versions.node}, Kafka ${versions.kafka ?? '?'}, ClickHouse ${versions.clickhouse ?? '?'}`,
    `seed ${seed}`,
  ].join(' · ');
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function figure(value: number): string {
  return value >= 100 ? count(value) : String(Number(value.toPrecision(4)));
}

import type { BenchRecord, Stage } from '../../../src/core/bench/record.js';
import { measuredIn } from '../../../src/core/bench/thresholds/of-record.js';
import { parseThreshold } from '../../../src/core/bench/thresholds/threshold.js';
import { defaultWorkload } from '../../../src/core/bench/workload/load.js';
import { randomStream } from '../../../src/core/generate/random.js';
import { LatencyHistogram } from '../../../src/core/runtime/latency-histogram.js';

export interface RunShape {
  seed: number;
  seconds: number;
  rate: number;
  /** Of every latency after the acknowledgement. */
  slower: number;
  /** How much a second's level depends on the one before: AR(1) of its logarithm. */
  correlation: number;
  /** Standard deviation of that logarithm. */
  noise: number;
  /** Deviation of the whole run's level from that of others. */
  runNoise: number;
}

const usual: RunShape = { seed: 1, seconds: 10, rate: 200, slower: 1, correlation: 0.3, noise: 0.08, runNoise: 0 };

/** A run of a made-up system whose latencies wander from second to second, as real ones do. */
export function madeRecord(shape: Partial<RunShape> = {}): BenchRecord {
  const { seed, seconds, rate, slower, correlation, noise, runNoise } = { ...usual, ...shape };
  const random = randomStream(seed, 'made-run');
  const level = random.normal() * runNoise;
  let wander = random.normal() * noise;
  const made = Array.from({ length: seconds }, (_, second) => {
    wander = correlation * wander + Math.sqrt(1 - correlation ** 2) * noise * random.normal();
    const factor = Math.exp(level + wander);
    const stages: Record<Exclude<Stage, 'canary'>, LatencyHistogram> = {
      ack: new LatencyHistogram(),
      process: new LatencyHistogram(),
      e2e: new LatencyHistogram(),
      window: new LatencyHistogram(),
      sink: new LatencyHistogram(),
    };
    for (let event = 0; event < rate; event++) {
      const ack = (3 + 4 * random.exponential()) * Math.exp(wander);
      const process = ack + 20 * random.float() + 5 * random.exponential();
      stages.ack.record(ack);
      stages.process.record(process);
      stages.e2e.record((process + 60 + 30 * random.exponential()) * factor * slower);
    }
    for (let block = 0; block < 10; block++) stages.sink.record((30 + 8 * random.exponential()) * factor * slower);
    for (let window = 0; window < 20; window++)
      stages.window.record((150 + 60 * random.exponential()) * factor * slower);
    const query = new LatencyHistogram();
    for (let asked = 0; asked < 4; asked++) query.record((12 + 5 * random.exponential()) * factor);
    return { second, stages, query };
  });
  const merged = (stage: keyof (typeof made)[number]['stages']) =>
    LatencyHistogram.merge(made.map(({ stages }) => stages[stage]));
  const all = {
    ack: merged('ack'),
    process: merged('process'),
    e2e: merged('e2e'),
    window: merged('window'),
    sink: merged('sink'),
  };
  const query = LatencyHistogram.merge(made.map((each) => each.query));
  const lag = new LatencyHistogram();
  for (let event = 0; event < 1000; event++) lag.record(0.4 * random.exponential());
  const scheduled = rate * seconds;
  const [late, duplicates, deadLetters] = [
    Math.round(scheduled / 100),
    Math.round(scheduled / 200),
    Math.round(scheduled / 1000),
  ];
  const aggregated = scheduled - late - duplicates - deadLetters;
  const measured = {
    schema_version: 1 as const,
    id: `2026-11-26T04-00-0${seed % 10}Z-bench-default`,
    time: '2026-11-26T04:00:00.000Z',
    workload: { ...defaultWorkload(), domain: 'ecommerce', rate, duration_s: seconds },
    environment: {
      versions: { pipe: '0.1.0', node: 'v20.19.0', kafka: '4.1.1', postgres: '18.4', clickhouse: '26.7.1' },
      cores: 2,
      cpu: 'Example CPU @ 2.60GHz',
      memory_bytes: 24 * 2 ** 30,
      kernel: 'Linux 6.1.0',
      commit: '0bbe37516f780c',
      dirty: false,
      shared_machine: true,
      load: 1.32,
      driver: 'local',
      engine: 'builtin',
      workers: 1,
      partitions: 4,
      codec: 'none',
      acks: 'all',
      seed,
      event_bytes_mean: 274.4,
      records_per_batch_mean: 113,
      keys: 10_000,
    },
    duration_s: seconds,
    warmup_s: 10,
    throughput: { target: rate, achieved: rate, dropped: 0 },
    schedule_lag_ms: lag.quantiles(),
    schedule_lag_hdr: lag.encoded(),
    accounting: {
      scheduled,
      sent: scheduled,
      acked: scheduled,
      consumed: scheduled,
      aggregated,
      late,
      duplicates,
      dead_letters: deadLetters,
      stored: aggregated,
      missing: 0,
      extra: 0,
      ok: true,
    },
    latency_ms: Object.fromEntries(Object.entries(all).map(([stage, histogram]) => [stage, histogram.quantiles()])),
    hdr: Object.fromEntries(Object.entries(all).map(([stage, histogram]) => [stage, histogram.encoded()])),
    query_ms: { revenue_latest: query.quantiles() },
    query_hdr: { revenue_latest: query.encoded() },
    accuracy: 100,
    cpu_s: { generator: seconds * 0.31, engine: seconds * 0.42, kafka: seconds * 0.22, clickhouse: seconds * 0.35 },
    gc: { generator: { count: 41, total_ms: 83.2, max_ms: 6.1 }, engine: { count: 77, total_ms: 210.4, max_ms: 14.8 } },
    event_loop_delay_ms: { generator: { p50: 1.1, p99: 4.2, max: 9.9 }, engine: { p50: 1.4, p99: 12.7, max: 31 } },
    series: made.map(({ second, stages }) => ({
      t_s: second + 1,
      scheduled: rate,
      sent: rate,
      acked: rate,
      consumed: rate,
      stored: rate,
      lag: Math.round(rate * 0.1 * (1 + 0.3 * random.float())),
      watermark_age_ms: 5_000 + 200 * random.float(),
      latency_ms: Object.fromEntries(
        Object.entries(stages).map(([stage, histogram]) => {
          const { count, p50, p99, max } = histogram.quantiles();
          return [stage, { count, p50, p99, max }];
        }),
      ),
      cpu_s: {
        generator: 0.31 + 0.02 * random.normal(),
        engine: 0.42 + 0.03 * random.normal(),
        kafka: 0.22,
        clickhouse: 0.35,
      },
      rss_bytes: { generator: 130e6, engine: 210e6 + second * 5e5, kafka: 600e6, clickhouse: 900e6 },
    })),
    sections: made.map(({ second, stages, query: asked }) => ({
      from_s: second,
      to_s: second + 1,
      hdr: Object.fromEntries(Object.entries(stages).map(([stage, histogram]) => [stage, histogram.encoded()])),
      query_hdr: { revenue_latest: asked.encoded() },
    })),
  } satisfies Omit<BenchRecord, 'thresholds' | 'verdict'>;
  const thresholds = measured.workload.thresholds.map(({ expression }) =>
    parseThreshold(expression).judge(measuredIn(measured)),
  );
  return { ...measured, thresholds, verdict: thresholds.every(({ ok }) => ok) ? 'pass' : 'fail' };
}

import { z } from 'zod';
import { findMaxSchema } from './find-max/record.js';
import { workloadSchema } from './workload/schema.js';

/** Milliseconds; of no values all are 0. `negative` and `above` (an hour) are counted among the rest. */
const quantiles = z.object({
  count: z.number(),
  p50: z.number(),
  p90: z.number(),
  p95: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number(),
  mean: z.number(),
  negative: z.number(),
  above: z.number(),
});

/** As LatencyHistogram encodes itself. */
const histogram = z.object({ count: z.number(), hdr: z.string(), negative: z.number(), above: z.number() });

/**
 * By stage. Every stage begins at the intended send time, save `window` and `sink`:
 * - ack: to the broker's acknowledgement;
 * - process: to the engine's verdict;
 * - e2e: to ClickHouse's acknowledgement of the raw row; of every event that was aggregated;
 * - canary: the same, seen from outside: a poller finds the row. It has at most its interval more than e2e;
 * - window: from the window's end plus out_of_orderness to its row's acknowledgement;
 * - sink: from an insert's first byte to its acknowledgement, one value per block.
 */
export const stages = ['ack', 'process', 'e2e', 'canary', 'window', 'sink'] as const;
export type Stage = (typeof stages)[number];

/** Of a stage that nothing was measured in there is no entry. */
const byStage = <T extends z.ZodType>(value: T) =>
  z.object({
    ack: value.optional(),
    process: value.optional(),
    e2e: value.optional(),
    canary: value.optional(),
    window: value.optional(),
    sink: value.optional(),
  } satisfies Record<Stage, unknown>);

/** By process: generator, engine, kafka, clickhouse, postgres, bench. */
const byProcess = z.record(z.string(), z.number());

/** What a figure depends on. Null is what could not be found out. */
const environment = z.object({
  versions: z.object({
    pipe: z.string(),
    node: z.string(),
    kafka: z.string().nullable(),
    postgres: z.string().nullable(),
    clickhouse: z.string().nullable(),
  }),
  cores: z.number(),
  cpu: z.string(),
  memory_bytes: z.number(),
  kernel: z.string(),
  /** Of the working folder's repository. */
  commit: z.string().nullable(),
  dirty: z.boolean().nullable(),
  /** Generator and system share the machine, and with it the cores. */
  shared_machine: z.boolean(),
  /** Load average over a minute when the run began. */
  load: z.number().optional(),
  driver: z.string(),
  engine: z.string(),
  workers: z.number(),
  partitions: z.number(),
  codec: z.string(),
  acks: z.string(),
  seed: z.number(),
  event_bytes_mean: z.number(),
  records_per_batch_mean: z.number(),
  /** Different Kafka keys there were to draw from. */
  keys: z.number(),
});

/** Where each scheduled event of the measured part went. Stored, late, duplicates and dead letters make up what was acknowledged. */
const accounting = z.object({
  scheduled: z.number(),
  sent: z.number(),
  acked: z.number(),
  consumed: z.number(),
  aggregated: z.number(),
  late: z.number(),
  duplicates: z.number(),
  dead_letters: z.number(),
  stored: z.number(),
  missing: z.number(),
  extra: z.number(),
  ok: z.boolean(),
});

/** One second of the measured part; counts and CPU are of that second alone. */
const second = z.object({
  /** Its end, from the beginning of the measured part. */
  t_s: z.number(),
  /** Events due by the schedule, sent, acknowledged, judged, and acknowledged as rows. */
  scheduled: z.number(),
  sent: z.number(),
  acked: z.number(),
  consumed: z.number(),
  stored: z.number(),
  /** Records in the topic that the engine has not judged yet, at its end. */
  lag: z.number(),
  /** How far the event-time watermark lies behind the clock, at its end; null before there is one. */
  watermark_age_ms: z.number().nullable(),
  latency_ms: byStage(z.object({ count: z.number(), p50: z.number(), p99: z.number(), max: z.number() })),
  cpu_s: byProcess,
  rss_bytes: byProcess,
});

/** A stretch of the measured part with whole histograms: what `bench compare` takes as one observation. At most 60 in a run, none under a second. */
const section = z.object({
  from_s: z.number(),
  to_s: z.number(),
  hdr: byStage(histogram),
  /** By named query. */
  query_hdr: z.record(z.string(), histogram),
});

export const thresholdResult = z.object({
  expression: z.string(),
  ok: z.boolean(),
  /** In the threshold's unit; null where nothing was measured, which fails. */
  actual: z.number().nullable(),
});
export type ThresholdResult = z.infer<typeof thresholdResult>;

/** What one run of `pipe bench` leaves in <home>/results. Names keep their meaning; a reader of version 1 takes added ones in its stride. */
export const recordSchema = z.object({
  schema_version: z.literal(1),
  /** The file's name without .json. */
  id: z.string(),
  /** ISO 8601: the beginning of the measured part. */
  time: z.string(),
  workload: workloadSchema,
  environment,
  /** As measured: shorter than the workload's when the run was stopped. */
  duration_s: z.number(),
  warmup_s: z.number(),
  throughput: z.object({
    /** Events per second; with steps their mean. */
    target: z.union([z.number(), z.literal('max')]),
    /**
     * Events whose intended time lies in the measured part and which were acknowledged no later than a second after it, per second of it,
     * rounded to whole events.
     */
    achieved: z.number(),
    /** Scheduled and never sent. */
    dropped: z.number(),
  }),
  /** How far sending lagged behind the schedule. */
  schedule_lag_ms: quantiles,
  schedule_lag_hdr: histogram,
  accounting,
  latency_ms: byStage(quantiles),
  /** Of the whole measured part, drawn and merged from. */
  hdr: byStage(histogram),
  /** How often the poller of canary rows looks, where there is one. */
  canary_interval_ms: z.number().optional(),
  /** By named query, asked at a fixed interval beside the load; from when each was due. */
  query_ms: z.record(z.string(), quantiles),
  query_hdr: z.record(z.string(), histogram),
  /** In percent, as `verify` has it; null when the run was stopped before it was verified. */
  accuracy: z.number().nullable(),
  /** Windows not compared because the run was to be verified quickly. */
  windows_unchecked: z.number().optional(),
  cpu_s: byProcess,
  gc: z.record(z.string(), z.object({ count: z.number(), total_ms: z.number(), max_ms: z.number() })),
  event_loop_delay_ms: z.record(z.string(), z.object({ p50: z.number(), p99: z.number(), max: z.number() })),
  series: z.array(second),
  sections: z.array(section),
  thresholds: z.array(thresholdResult),
  /** stopped: by Ctrl-C, aborted: by a threshold that was to end the run. Both with what was measured until then. */
  verdict: z.enum(['pass', 'fail', 'stopped', 'aborted']),
  find_max: findMaxSchema.optional(),
});

export type BenchRecord = z.infer<typeof recordSchema>;
export type Environment = BenchRecord['environment'];
export type SeriesPoint = BenchRecord['series'][number];
export type Section = BenchRecord['sections'][number];

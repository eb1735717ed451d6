import type { MetricName } from '../runtime/metrics.js';
import type { Sampled } from './sampled.js';
import type { EngineFigures, GeneratorFigures, Quantiles, Verdicts } from './snapshot.js';

/** The newest values of a process and, once it was looked at before, those of the beginning of the window. */
export interface Pair {
  now: Sampled;
  before?: Sampled;
}

export function generatorFigures(pair: Pair): GeneratorFigures {
  const total = (name: MetricName) => pair.now.value(name) ?? 0;
  return {
    sent: total('pipe_generator_sent_records_total'),
    acked: total('pipe_generator_acked_records_total'),
    sent_per_s: perSecond(pair, (sampled) => sampled.value('pipe_generator_sent_records_total')),
    acked_per_s: perSecond(pair, (sampled) => sampled.value('pipe_generator_acked_records_total')),
    schedule_lag_ms: quantilesOf(pair, 'pipe_generator_schedule_lag_seconds'),
  };
}

/** `at` is the moment of the look, epoch ms. */
export function engineFigures(pair: Pair, at: number): EngineFigures {
  const { now } = pair;
  const records = verdicts(now);
  const lags = [...now.values('pipe_engine_lag_records')];
  const lag = lagOf(now);
  const lagChange = perSecond(pair, lagOf);
  const watermark = inMs(now.value('pipe_engine_watermark_timestamp_seconds'));
  return {
    records,
    consumed_per_s: perSecond(pair, (sampled) => Object.values(verdicts(sampled)).reduce((sum, count) => sum + count)),
    windows: now.value('pipe_engine_windows_total') ?? 0,
    windows_per_s: perSecond(pair, (sampled) => sampled.value('pipe_engine_windows_total')),
    alerts: now.value('pipe_engine_alerts_total') ?? 0,
    partitions: lags.map(([partition, lag]) => ({
      partition: Number(partition),
      lag,
      lag_change_per_s: perSecond(pair, (sampled) => sampled.value('pipe_engine_lag_records', partition)),
    })),
    lag: lag ?? null,
    lag_change_per_s: lagChange,
    drain_ms:
      lag !== undefined && lag > 0 && lagChange !== null && lagChange < 0
        ? Math.round((1000 * lag) / -lagChange)
        : null,
    watermark,
    watermark_age_ms: watermark === null ? null : at - watermark,
    checkpoint: checkpointOf(now, at),
    e2e_ms: quantilesOf(pair, 'pipe_engine_e2e_latency_seconds'),
    insert_ms: quantilesOf(pair, 'pipe_engine_insert_latency_seconds'),
    dead_letters: Object.fromEntries(now.values('pipe_engine_dead_letters_total')),
    state_bytes: {
      windows: now.value('pipe_engine_state_bytes', 'windows') ?? 0,
      deduplication: now.value('pipe_engine_state_bytes', 'deduplication') ?? 0,
      detectors: now.value('pipe_engine_state_bytes', 'detectors') ?? 0,
    },
  };
}

/** Cores in use, as `top` counts them. */
export function coresOf(pair: Pair): number | null {
  return perSecond(pair, ({ cpuS }) => cpuS);
}

function verdicts(sampled: Sampled): Verdicts {
  const of = (verdict: keyof Verdicts) => sampled.value('pipe_engine_records_total', verdict) ?? 0;
  return {
    aggregated: of('aggregated'),
    late: of('late'),
    duplicate: of('duplicate'),
    dead_letter: of('dead_letter'),
  };
}

/** Undefined while the broker is away. */
function lagOf(sampled: Sampled): number | undefined {
  const lags = [...sampled.values('pipe_engine_lag_records').values()];
  return lags.length === 0 ? undefined : lags.reduce((sum, lag) => sum + lag, 0);
}

function checkpointOf(now: Sampled, at: number): EngineFigures['checkpoint'] {
  const written = inMs(now.value('pipe_engine_checkpoint_timestamp_seconds'));
  if (written === null) return null;
  return {
    at: written,
    age_ms: at - written,
    duration_ms: inMs(now.value('pipe_engine_checkpoint_duration_seconds')) ?? 0,
    bytes: now.value('pipe_engine_checkpoint_bytes') ?? 0,
  };
}

function quantilesOf({ now, before }: Pair, name: MetricName): Quantiles | null {
  const all = now.latency(name);
  const earlier = before?.latency(name);
  const latency = all && earlier ? all.since(earlier) : all;
  if (!latency || latency.count === 0) return null;
  return { count: latency.count, p50: latency.at(50), p90: latency.at(90), p99: latency.at(99), max: latency.at(100) };
}

/** Null where one of the two is not known. */
function perSecond({ now, before }: Pair, value: (sampled: Sampled) => number | undefined): number | null {
  if (!before || now.at <= before.at) return null;
  const [newer, older] = [value(now), value(before)];
  return newer === undefined || older === undefined ? null : (1000 * (newer - older)) / (now.at - before.at);
}

function inMs(seconds: number | undefined): number | null {
  return seconds === undefined ? null : Math.round(seconds * 1000);
}

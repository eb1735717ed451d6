import { LatencyHistogram } from '../../runtime/latency-histogram.js';
import type { VerifyReport } from '../../verify/report.js';
import { type BenchRecord, type Section, type SeriesPoint, stages } from '../record.js';
import { recordId } from '../results/record-file.js';
import { measuredIn } from '../thresholds/of-record.js';
import { parseThreshold } from '../thresholds/threshold.js';
import { queryStage } from './beside.js';
import { canaryIntervalMs } from './canary.js';
import { environmentOf, type Surroundings } from './environment.js';
import type { Measurement } from './measure.js';
import { scheduledBySecond } from './scheduled.js';
import type { Timeline } from './timeline.js';

const mostSections = 60;

/** The record of a measurement. `verify` is null as long as it has not been verified, and its thresholds then fail. */
export function recordOf(measurement: Measurement, around: Surroundings, verify: VerifyReport | null): BenchRecord {
  const { workload, timeline, ended } = measurement;
  const { seconds } = timeline;
  const scheduled = measuredSchedule(measurement);
  const time = new Date(timeline.from).toISOString();
  const whole = (stage: string) => histogramOf(timeline, stage, 0, seconds);
  const scheduleLag = whole('schedule_lag') ?? new LatencyHistogram();
  const found = stages.flatMap((stage) => (whole(stage) ? [[stage, whole(stage)!] as const] : []));
  const queries = queryNames(timeline).map((name) => [name, whole(queryStage(name))!] as const);
  const measured = {
    schema_version: 1 as const,
    id: recordId(time, workload.name),
    time,
    workload,
    environment: environmentOf(around, measurement),
    duration_s: seconds,
    warmup_s: workload.warmup_s,
    throughput: {
      target: workload.rate,
      achieved: seconds === 0 ? 0 : Math.round(timeline.acknowledgedInTime() / seconds),
      dropped: droppedIn(measurement),
    },
    schedule_lag_ms: scheduleLag.quantiles(),
    schedule_lag_hdr: scheduleLag.encoded(),
    accounting: accountingOf(measurement, sum(scheduled), verify),
    latency_ms: byName(found, (histogram) => histogram.quantiles()),
    hdr: byName(found, (histogram) => histogram.encoded()),
    canary_interval_ms: canaryIntervalMs,
    query_ms: byName(queries, (histogram) => histogram.quantiles()),
    query_hdr: byName(queries, (histogram) => histogram.encoded()),
    accuracy: verify?.accuracy ?? null,
    ...(verify ? { windows_unchecked: verify.windows.unchecked } : {}),
    ...stallsOf(timeline),
    ...seriesOf(timeline, scheduled),
    sections: sectionsOf(timeline),
  };
  const thresholds = workload.thresholds.map(({ expression }) =>
    parseThreshold(expression).judge(measuredIn(measured)),
  );
  return { ...measured, thresholds, verdict: ended ?? (thresholds.every(({ ok }) => ok) ? 'pass' : 'fail') };
}

function histogramOf(timeline: Timeline, stage: string, from: number, to: number): LatencyHistogram | undefined {
  const histogram = timeline.latencies.get(stage)?.between(from, to);
  return histogram && histogram.count > 0 ? histogram : undefined;
}

/** New events in the schedule of each second of the measured part. */
function measuredSchedule({ header, timeline }: Measurement): number[] {
  const before = (timeline.from - header.workload!.start) / 1000;
  const all = scheduledBySecond(header);
  return Array.from({ length: timeline.seconds }, (_, second) => all[before + second] ?? 0);
}

/**
 * Scheduled and never sent. What a run makes it makes in the order of its schedule, so what is missing is its end; discarded events were made, and
 * repeats are none of the schedule's.
 */
function droppedIn({ header, timeline, generated }: Measurement): number {
  if (generated.complete) return 0;
  const { sent, injected } = generated;
  const until = (timeline.from - header.workload!.start) / 1000 + timeline.seconds;
  const due = sum(scheduledBySecond(header).slice(0, until));
  return Math.max(0, due - (sent - injected.repeated + injected.discarded));
}

function accountingOf(
  { timeline, stored }: Measurement,
  scheduled: number,
  verify: VerifyReport | null,
): BenchRecord['accounting'] {
  const { seconds } = timeline;
  const count = (stage: string) => timeline.latencies.get(stage)?.count(0, seconds) ?? 0;
  const [sent, acked, consumed] = [count('schedule_lag'), count('ack'), count('process')];
  const { aggregated, late, duplicates, dead_letters } = timeline.verdicts();
  const { missing, extra } = verify ?? { missing: 0, extra: 0 };
  return {
    scheduled,
    sent,
    acked,
    consumed,
    aggregated,
    late,
    duplicates,
    dead_letters,
    stored,
    missing,
    extra,
    ok:
      sent === acked &&
      acked === consumed &&
      consumed === aggregated + late + duplicates + dead_letters &&
      stored === aggregated &&
      verify?.ok === true,
  };
}

function stallsOf({ stalls }: Timeline): Pick<BenchRecord, 'gc' | 'event_loop_delay_ms'> {
  return {
    gc: byName([...stalls], ({ gc_ms }) => ({
      count: gc_ms.length,
      total_ms: rounded(sum(gc_ms)),
      max_ms: Math.max(0, ...gc_ms),
    })),
    event_loop_delay_ms: byName([...stalls], ({ delay }) => {
      const { p50, p99, max } = delay.quantiles();
      return { p50, p99, max };
    }),
  };
}

function seriesOf(timeline: Timeline, scheduled: readonly number[]): Pick<BenchRecord, 'series' | 'cpu_s'> {
  const cpu: Record<string, number> = {};
  const series = scheduled.map((due, second): SeriesPoint => {
    const used = Object.entries(timeline.usedIn(second));
    for (const [name, { cpu_s }] of used) cpu[name] = rounded((cpu[name] ?? 0) + cpu_s);
    const found = stages.flatMap((stage) => {
      const histogram = histogramOf(timeline, stage, second, second + 1);
      return histogram ? [[stage, histogram] as const] : [];
    });
    return {
      t_s: second + 1,
      scheduled: due,
      sent: timeline.sent.in(second),
      acked: timeline.acked.in(second),
      consumed: timeline.consumed.in(second),
      stored: timeline.stored.in(second),
      lag: timeline.lagAt(second),
      watermark_age_ms: timeline.watermarkAgeAt(second),
      latency_ms: byName(found, (histogram) => {
        const { count, p50, p99, max } = histogram.quantiles();
        return { count, p50, p99, max };
      }),
      cpu_s: byName(used, ({ cpu_s }) => rounded(cpu_s)),
      rss_bytes: byName(used, ({ rss_bytes }) => rss_bytes),
    };
  });
  return { series, cpu_s: cpu };
}

/** Of equal length, the last one perhaps shorter. */
function sectionsOf(timeline: Timeline): Section[] {
  const { seconds } = timeline;
  const length = Math.max(1, Math.ceil(seconds / mostSections));
  return Array.from({ length: Math.ceil(seconds / length) }, (_, index) => {
    const [from, to] = [index * length, Math.min(seconds, (index + 1) * length)];
    const encoded = (names: readonly (readonly [string, string])[]) =>
      names.flatMap(([name, stage]) => {
        const histogram = histogramOf(timeline, stage, from, to);
        return histogram ? [[name, histogram.encoded()] as const] : [];
      });
    return {
      from_s: from,
      to_s: to,
      hdr: Object.fromEntries(encoded(stages.map((stage) => [stage, stage]))),
      query_hdr: Object.fromEntries(encoded(queryNames(timeline).map((name) => [name, queryStage(name)]))),
    };
  });
}

/** Of the queries that were answered in the measured part. */
function queryNames({ latencies, seconds }: Timeline): string[] {
  const prefix = queryStage('');
  return [...latencies].flatMap(([stage, latency]) =>
    stage.startsWith(prefix) && latency.count(0, seconds) > 0 ? [stage.slice(prefix.length)] : [],
  );
}

function byName<Name extends string, From, To>(
  entries: readonly (readonly [Name, From])[],
  to: (from: From) => To,
): Record<Name, To> {
  return Object.fromEntries(entries.map(([name, from]) => [name, to(from)])) as Record<Name, To>;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

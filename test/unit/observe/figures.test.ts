import { expect, it } from 'vitest';
import { coresOf, engineFigures, generatorFigures } from '../../../src/core/observe/figures.js';
import type { Sample } from '../../../src/core/observe/sample.js';
import { parseSampled, sampledNow } from '../../../src/core/observe/sampled.js';
import { LatencyHistogram } from '../../../src/core/runtime/latency-histogram.js';

/** As it arrives from a process whose clock says `at` ms. */
function sampled(at: number, samples: readonly Sample[]) {
  return parseSampled(JSON.stringify(sampledNow({ monotonic: () => at }, samples)));
}

function judged(verdict: string, value: number): Sample {
  return { name: 'pipe_engine_records_total', labels: { verdict }, value };
}

function lag(partition: number, value: number): Sample {
  return { name: 'pipe_engine_lag_records', labels: { partition: String(partition) }, value };
}

function latency(...ms: number[]): Sample {
  const value = new LatencyHistogram();
  for (const each of ms) value.record(each);
  return { name: 'pipe_engine_e2e_latency_seconds', value };
}

it('rates come from two looks, by the clock of the process itself', () => {
  const before = sampled(1_000, [judged('aggregated', 100), judged('late', 5), lag(0, 50), lag(1, 10)]);
  const now = sampled(3_000, [judged('aggregated', 300), judged('late', 7), lag(0, 20), lag(1, 20)]);
  expect(engineFigures({ now, before }, 0)).toMatchObject({
    records: { aggregated: 300, late: 7, duplicate: 0, dead_letter: 0 },
    consumed_per_s: 101,
    lag: 40,
    lag_change_per_s: -10,
    drain_ms: 4_000,
    partitions: [
      { partition: 0, lag: 20, lag_change_per_s: -15 },
      { partition: 1, lag: 20, lag_change_per_s: 5 },
    ],
  });
});

it('one look tells totals, and no rate', () => {
  const now = sampled(1_000, [{ name: 'pipe_generator_acked_records_total', value: 9 }]);
  expect(generatorFigures({ now })).toEqual({
    sent: 0,
    acked: 9,
    sent_per_s: null,
    acked_per_s: null,
    schedule_lag_ms: null,
  });
  expect(coresOf({ now })).toBeNull();
});

it('what is not told is null, not zero', () => {
  const now = sampled(1_000, [judged('aggregated', 1)]);
  expect(engineFigures({ now, before: sampled(0, []) }, 5)).toMatchObject({
    lag: null,
    lag_change_per_s: null,
    drain_ms: null,
    watermark: null,
    watermark_age_ms: null,
    checkpoint: null,
    e2e_ms: null,
    insert_ms: null,
    dead_letters: {},
  });
});

it('a lag that grows is never gone', () => {
  const figures = engineFigures({ now: sampled(1_000, [lag(0, 9)]), before: sampled(0, [lag(0, 2)]) }, 0);
  expect([figures.lag_change_per_s, figures.drain_ms]).toEqual([7, null]);
});

it('latency is that of the rows between the two looks', () => {
  const before = sampled(0, [latency(10, 10, 9_000)]);
  const now = sampled(1_000, [latency(10, 10, 9_000, 100, 200)]);
  expect(engineFigures({ now, before }, 0).e2e_ms).toMatchObject({
    count: 2,
    p50: expect.closeTo(100, 0),
    max: expect.closeTo(200, 0),
  });
  expect(engineFigures({ now: before, before: sampled(-1_000, [latency(10, 10, 9_000)]) }, 0).e2e_ms).toBeNull();
});

it('ages are those of the moment of the look', () => {
  const now = sampled(0, [
    { name: 'pipe_engine_watermark_timestamp_seconds', value: 100 },
    { name: 'pipe_engine_checkpoint_timestamp_seconds', value: 98.5 },
    { name: 'pipe_engine_checkpoint_duration_seconds', value: 0.012 },
    { name: 'pipe_engine_checkpoint_bytes', value: 77 },
  ]);
  expect(engineFigures({ now }, 101_000)).toMatchObject({
    watermark_age_ms: 1_000,
    checkpoint: { at: 98_500, age_ms: 2_500, duration_ms: 12, bytes: 77 },
  });
});

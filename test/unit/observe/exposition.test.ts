import { expect, it } from 'vitest';
import { Exposition } from '../../../src/core/observe/exposition.js';
import { LatencyHistogram } from '../../../src/core/runtime/latency-histogram.js';

async function linesOf(samples: Parameters<Exposition['text']>[0]): Promise<string[]> {
  const text = await new Exposition({ pipeline: 'iot' }).text(samples);
  return text.split('\n').filter((line) => /pipe_(engine|generator)_/.test(line));
}

it('tells what there are values of, and nothing of what there are none', async () => {
  const lines = await linesOf([
    { name: 'pipe_engine_records_total', labels: { verdict: 'late' }, value: 3 },
    { name: 'pipe_engine_records_total', labels: { verdict: 'aggregated' }, value: 5 },
  ]);
  expect(lines).toEqual([
    expect.stringMatching(/^# HELP pipe_engine_records_total Records/),
    '# TYPE pipe_engine_records_total counter',
    'pipe_engine_records_total{verdict="late",pipeline="iot"} 3',
    'pipe_engine_records_total{verdict="aggregated",pipeline="iot"} 5',
  ]);
});

it('tells values of now and not those of before', async () => {
  const exposition = new Exposition({ pipeline: 'iot' });
  await exposition.text([{ name: 'pipe_engine_lag_records', labels: { partition: '0' }, value: 9 }]);
  expect(await exposition.text([])).not.toContain('pipe_engine_lag_records');
});

it('several may ask at once', async () => {
  const exposition = new Exposition({ pipeline: 'iot' });
  const samples = [{ name: 'pipe_engine_alerts_total', value: 2 } as const];
  const texts = await Promise.all([exposition.text(samples), exposition.text(samples)]);
  for (const text of texts) expect(text).toContain('pipe_engine_alerts_total{pipeline="iot"} 2\n');
});

it('tells latencies as cumulative buckets in seconds', async () => {
  const value = new LatencyHistogram();
  for (const ms of [5, 90, 90, 400, 120_000]) value.record(ms);
  const lines = await linesOf([{ name: 'pipe_engine_e2e_latency_seconds', value }]);
  const of = (suffix: string) => {
    const line = lines.find((each) => each.startsWith(`pipe_engine_e2e_latency_seconds_${suffix}`));
    return Number(line?.split(' ').at(-1));
  };
  expect(['0.01', '0.05', '0.1', '0.25', '0.5', '60', '+Inf'].map((le) => of(`bucket{le="${le}"`))).toEqual([
    1, 1, 3, 3, 4, 4, 5,
  ]);
  expect(of('count')).toBe(5);
  expect(of('sum')).toBeCloseTo(120.585, 0);
});

it('has Node’s figures of the process beside them', async () => {
  const text = await new Exposition({ pipeline: 'iot' }).text([]);
  expect(text).toMatch(/^pipe_process_cpu_seconds_total\{pipeline="iot"\} /m);
  expect(text).toMatch(/^pipe_nodejs_eventloop_lag_p99_seconds\{pipeline="iot"\} /m);
});

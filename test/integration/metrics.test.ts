import { expect, it } from 'vitest';
import { findTargets, type Target } from '../../src/core/observe/announcement.js';
import { homeAt } from '../../src/core/runtime/home.js';
import { eventually } from './eventually.js';
import { answer, Loop } from './loop.js';
import { ownPipeline } from './own-pipeline.js';

function target(loop: Loop, job: string, pipeline: string): Target | undefined {
  return findTargets(homeAt(loop.home)).find((each) => each.job === job && each.pipeline === pipeline);
}

/** Values of /metrics by name and labels, that of the pipeline left out. */
async function scrape({ address }: Target): Promise<Record<string, number>> {
  const text = await (await fetch(`http://${address}/metrics`)).text();
  const values = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    values.map((line) => {
      const [name, value] = line.split(' ') as [string, string];
      return [name.replace(/,?pipeline="[^"]*"/, '').replace('{}', ''), Number(value)];
    }),
  );
}

it('generator and engine announce themselves, and tell what they answer in the end', async () => {
  const name = 'metrics_whole';
  const loop = new Loop(ownPipeline(name));
  const engine = loop.start('process');
  await eventually('the engine announces itself', async () => target(loop, 'engine', name) !== undefined);
  const generator = loop.start(
    'generate',
    '--rate',
    '300',
    '--duration',
    '8s',
    '--repeat',
    '0.1',
    '--corrupt',
    '0.02',
    '--seed',
    '6',
  );
  await eventually('the generator announces itself', async () => target(loop, 'generator', name) !== undefined);
  await eventually('it tells of what is acknowledged', async () => {
    const found = target(loop, 'generator', name);
    return found !== undefined && (await scrape(found)).pipe_generator_acked_records_total! > 0;
  });
  const { acked } = answer<{ acked: number }>(await generator.ended());
  expect(target(loop, 'generator', name)).toBeUndefined();

  const found = target(loop, 'engine', name)!;
  expect(found.state).toBe('running');
  let told: Record<string, number> = {};
  const judged = (verdict: string) => told[`pipe_engine_records_total{verdict="${verdict}"}`]!;
  await eventually('all is judged', async () => {
    told = await scrape(found);
    return judged('aggregated') + judged('duplicate') + judged('dead_letter') === acked;
  });
  await eventually('nothing is left', async () => {
    told = await scrape(found);
    const lags = Object.entries(told).filter(([key]) => key.startsWith('pipe_engine_lag_records{partition='));
    return lags.length > 0 && lags.every(([, lag]) => lag === 0);
  });
  expect(told.pipe_engine_e2e_latency_seconds_count).toBe(judged('aggregated'));
  expect(told['pipe_engine_e2e_latency_seconds_bucket{le="+Inf"}']).toBe(judged('aggregated'));
  const reasons = Object.entries(told).filter(([key]) => key.startsWith('pipe_engine_dead_letters_total{reason='));
  expect(reasons.reduce((sum, [, count]) => sum + count, 0)).toBe(judged('dead_letter'));
  expect(judged('dead_letter')).toBeGreaterThan(0);
  expect(told.pipe_engine_insert_latency_seconds_count).toBeGreaterThan(0);
  expect(told['pipe_engine_state_bytes{part="deduplication"}']).toBeGreaterThan(0);
  expect(told.pipe_engine_watermark_timestamp_seconds).toBeGreaterThan(Date.now() / 1000 - 120);
  expect(told.pipe_engine_checkpoint_bytes).toBeGreaterThan(0);

  const report = answer<{ aggregated: number; duplicates: number; windows_emitted: number }>(
    await engine.end('SIGINT'),
    130,
  );
  expect([judged('aggregated'), judged('duplicate')]).toEqual([report.aggregated, report.duplicates]);
  expect(target(loop, 'engine', name)).toBeUndefined();
});

it('threads of an engine tell of rows and state while they run', async () => {
  const name = 'metrics_workers';
  const loop = new Loop(ownPipeline(name));
  const engine = loop.start('process', '--workers', '2');
  await eventually('the engine announces itself', async () => target(loop, 'engine', name) !== undefined);
  const { acked } = await loop.generate('--count', '2000', '--rate', 'max', '--seed', '8');
  const told = await eventually('all rows are told', async () => {
    const values = await scrape(target(loop, 'engine', name)!);
    return values.pipe_engine_e2e_latency_seconds_count === acked && values;
  });
  expect(told.pipe_engine_insert_latency_seconds_count).toBeGreaterThan(0);
  expect(told['pipe_engine_state_bytes{part="deduplication"}']).toBeGreaterThan(0);
  answer(await engine.end('SIGTERM'), 143);
});

it('a killed engine is a target that is gone, until the next one takes its place', async () => {
  const name = 'metrics_killed';
  const loop = new Loop(ownPipeline(name));
  const engine = loop.start('process');
  await eventually('it announces itself', async () => target(loop, 'engine', name) !== undefined);
  await engine.end('SIGKILL');
  expect(target(loop, 'engine', name)!.state).toBe('gone');
  const next = loop.start('process');
  await eventually('the next one announces itself', async () => target(loop, 'engine', name)?.state === 'running');
  answer(await next.end('SIGTERM'), 143);
});

import { expect, it } from 'vitest';
import { findTargets } from '../../src/core/observe/announcement.js';
import type { Snapshot } from '../../src/core/observe/snapshot.js';
import { Watch } from '../../src/core/observe/watch.js';
import { homeAt } from '../../src/core/runtime/home.js';
import { nodeRuntime } from '../../src/core/runtime/node-runtime.js';
import { eventually } from './eventually.js';
import { answer, Loop } from './loop.js';
import { ownPipeline } from './own-pipeline.js';
import { pipe } from './pipe.js';

function lookOf({ pipelines }: Snapshot, name: string) {
  return pipelines.find(({ pipeline }) => pipeline === name);
}

it('tells the rates of a load, and in the end what generator and engine answer', async () => {
  const name = 'top_whole';
  const loop = new Loop(ownPipeline(name));
  const watch = new Watch(nodeRuntime(), homeAt(loop.home), { windowS: 3 });
  const engine = loop.start('process');
  const generator = loop.start('generate', '--rate', '400', '--duration', '15s', '--repeat', '0.1', '--seed', '6');
  const running = await eventually('rates, lag, latency and cores are told', async () => {
    const snapshot = await watch.next();
    const look = lookOf(snapshot, name);
    const cores = snapshot.processes.filter(({ pipeline }) => pipeline === name).map(({ cpu_cores }) => cpu_cores);
    const told =
      (look?.generator?.acked_per_s ?? 0) > 0 &&
      (look?.engine?.consumed_per_s ?? 0) > 0 &&
      look?.engine?.lag_change_per_s !== null &&
      look?.engine?.e2e_ms !== null;
    return told && cores.length === 2 && cores.every((used) => used !== null) && snapshot;
  });
  expect(running.services.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'kafka ready',
    'postgres ready',
    'clickhouse ready',
  ]);
  const { partitions, lag } = lookOf(running, name)!.engine!;
  expect(partitions.reduce((sum, partition) => sum + partition.lag, 0)).toBe(lag);

  const { acked } = answer<{ acked: number }>(await generator.ended());
  const ended = await eventually('all is judged, and the generator is gone', async () => {
    const look = lookOf(await watch.next(), name)!;
    const judged = Object.values(look.engine!.records).reduce((sum, count) => sum + count);
    return judged === acked && look.generator === null && look;
  });
  expect(ended.engine!.records.duplicate).toBeGreaterThan(0);

  const once = (await pipe(['top', '--once', '--json', '--home', loop.home])).json<Snapshot>();
  expect(lookOf(once, name)!.engine!.records).toEqual(ended.engine!.records);
  expect(lookOf(once, name)!.engine!.consumed_per_s).toBe(0);
  expect((await pipe(['top', '--home', loop.home])).stdout).toMatch(new RegExp(`^${name} .*0/s`, 'm'));
  answer(await engine.end('SIGTERM'), 143);
});

it('an engine that is frozen or killed shows, and so does its return', async () => {
  const name = 'top_killed';
  const loop = new Loop(ownPipeline(name));
  const watch = new Watch(nodeRuntime(), homeAt(loop.home));
  const shows = (wanted: string) =>
    eventually(`the engine is ${wanted}`, async () => {
      const { processes } = await watch.next();
      return processes.find(({ pipeline }) => pipeline === name)?.state === wanted;
    });
  const engine = loop.start('process');
  await shows('running');
  engine.signal('SIGSTOP');
  await shows('frozen');
  engine.signal('SIGCONT');
  await shows('running');
  await engine.end('SIGKILL');
  await shows('gone');
  expect(lookOf(await watch.next(), name)!.engine).toBeNull();
  const next = loop.start('process');
  await shows('running');
  answer(await next.end('SIGTERM'), 143);
  expect(findTargets(homeAt(loop.home)).some(({ pipeline }) => pipeline === name)).toBe(false);
});

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, inject, it } from 'vitest';
import type { BenchRecord } from '../../src/core/bench/record.js';
import { profileName, proxyStack } from '../../src/core/chaos/proxy/proxied-stack.js';
import { homeAt } from '../../src/core/runtime/home.js';
import { nodeRuntime } from '../../src/core/runtime/node-runtime.js';
import { findProcess } from '../../src/core/stack/process/run-file.js';
import { resolveEndpoints } from '../../src/core/stack/stack.js';
import { eventually } from './eventually.js';
import { answer, Loop, Running } from './loop.js';
import { ownPipeline } from './own-pipeline.js';
import { pipe } from './pipe.js';

const folder = mkdtempSync(join(tmpdir(), 'pipe-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Each event has its place: nothing is left out of what is measured. */
function expectWhole({ accounting, throughput, latency_ms, accuracy }: BenchRecord, events: number): void {
  const { scheduled, sent, acked, consumed, aggregated, stored, missing, extra, ok } = accounting;
  expect({ scheduled, sent, acked, consumed, aggregated, stored, missing, extra, ok }).toEqual({
    ...{ scheduled: events, sent: events, acked: events, consumed: events, aggregated: events, stored: events },
    ...{ missing: 0, extra: 0, ok: true },
  });
  expect([throughput.dropped, accuracy]).toEqual([0, 100]);
  expect([latency_ms.ack?.count, latency_ms.e2e?.count]).toEqual([events, events]);
}

it('measures every event of the measured part, verifies, and leaves a record and what else is asked for', async () => {
  const loop = new Loop(ownPipeline('bench_whole'));
  const outputs = ['report.html', 'summary.md', 'junit.xml', 'record.json'].map((name) => join(folder, name));
  const [report, markdown, junit, record] = outputs as [string, string, string, string];
  const load = ['--rate', '300', '--duration', '6s', '--warmup', '2s', '--seed', '3'];
  const wanted = ['--report', report, '--markdown', markdown, '--junit', junit, '--summary-export', record];
  const ran = await loop.run('bench', ...load, ...wanted, '--hdr', join(folder, 'hdr'), '--workers', '2');
  const measured = answer<BenchRecord>(ran);
  expectWhole(measured, 1_800);
  expect(measured).toMatchObject({ verdict: 'pass', environment: { workers: 2, seed: 3, driver: 'local' } });
  expect(measured.series).toHaveLength(6);
  expect(measured.latency_ms.canary!.count).toBeGreaterThan(0);
  expect(measured.latency_ms.window!.count).toBeGreaterThan(0);
  expect(Object.keys(measured.query_ms).length).toBeGreaterThan(0);
  expect(Object.keys(measured.cpu_s).sort()).toEqual([
    'bench',
    'clickhouse',
    'engine',
    'generator',
    'kafka',
    'postgres',
  ]);
  expect(outputs.filter((path) => !existsSync(path))).toEqual([]);
  expect(JSON.parse(readFileSync(record, 'utf8'))).toEqual(measured);
  expect(readdirSync(join(folder, 'hdr')).sort()).toContain(`${measured.id}-e2e.hlog`);
  const { runs } = answer<{ runs: { file: string; workload: string }[] }>(
    await pipe(['bench', 'history', '--home', loop.home, '--json']),
  );
  expect(runs.map(({ file }) => file)).toContain(join(homeAt(loop.home).results, `${measured.id}.json`));
});

it('exits 99 when a threshold is too tight, and says which', async () => {
  const loop = new Loop(ownPipeline('bench_tight'));
  const tight = ['--threshold', 'e2e_ms:p(50)<0.5', '--threshold', 'accuracy:value>=99.9'];
  const ran = await loop.run('bench', '--rate', '200', '--duration', '3s', '--warmup', '1s', '--quick', ...tight);
  expect(answer<BenchRecord>(ran, 99)).toMatchObject({
    verdict: 'fail',
    thresholds: [
      { expression: 'e2e_ms:p(50)<0.5', ok: false },
      { expression: 'accuracy:value>=99.9', ok: true, actual: 100 },
    ],
  });
});

it.each([
  [['--threshold', 'e2e:p(99)<5'], 'unknown metric "e2e"'],
  [['--threshold', 'fast'], 'expected METRIC:AGGREGATE'],
  [['--workload', 'smok'], 'did you mean "smoke"'],
  [['--rate', '-3'], 'expected events per second above 0'],
  [['--duration', '0s'], 'expected 1s or more'],
])('says what is wrong with %j before anything starts', async (flags, message) => {
  const { error } = answer<{ error: { message: string } }>(
    await pipe(['bench', ...flags, '--home', inject('home'), '--json']),
    2,
  );
  expect(error.message).toContain(message);
});

/** The test of the method: one that waits for the broker before it sends the next event would not see this. */
it('a broker that stands still for two seconds shows as two seconds, and no event is left out', async () => {
  const loop = new Loop(ownPipeline('bench_frozen'));
  const load = [
    '--rate',
    '500',
    '--duration',
    '12s',
    '--warmup',
    '2s',
    '--seed',
    '4',
    '--threshold',
    'dropped:count==0',
  ];
  const running = new Running(['bench', ...loop.select, '--home', loop.home, '--json', ...load]);
  await eventually('it is measuring', async () => running.said.includes('measuring'));
  const kafka = findProcess(homeAt(loop.home), 'kafka').run!.pid;
  process.kill(kafka, 'SIGSTOP');
  await sleep(2_000);
  process.kill(kafka, 'SIGCONT');
  const measured = answer<BenchRecord>(await running.ended());
  expectWhole(measured, 6_000);
  for (const stage of ['ack', 'e2e'] as const) {
    const { p50, p999, max } = measured.latency_ms[stage]!;
    expect(p999).toBeGreaterThan(1_800);
    expect(max).toBeLessThan(8_000);
    expect(p50).toBeLessThan(1_800);
  }
});

it('50 ms more in the sink are 50 ms more from end to end, and none to the broker', async () => {
  const home = homeAt(inject('home'));
  const runtime = { ...nodeRuntime(), env: process.env };
  const proxied = await proxyStack(home, await resolveEndpoints(runtime, home));
  try {
    const pipeline = ownPipeline('bench_slow_sink');
    const measure = async () => {
      const flags = ['--pipeline', pipeline, '--profile', profileName, '--home', home.root, '--json'];
      const load = [
        '--rate',
        '300',
        '--duration',
        '8s',
        '--warmup',
        '2s',
        '--seed',
        '5',
        '--threshold',
        'dropped:count==0',
      ];
      const ran = await pipe(['bench', ...flags, ...load], { cwd: proxied.cwd, env: proxied.env });
      const measured = answer<BenchRecord>(ran);
      expectWhole(measured, 2_400);
      return measured.latency_ms;
    };
    const runs: { plain: BenchRecord['latency_ms'][]; slow: BenchRecord['latency_ms'][] } = { plain: [], slow: [] };
    // In an order in which a machine that grows faster or slower meanwhile favours neither.
    for (const kind of ['plain', 'slow', 'slow', 'plain', 'plain', 'slow'] as const) {
      proxied.proxies.clickhouse.slow(kind === 'slow' ? 50 : 0, 'answers');
      runs[kind].push(await measure());
    }
    // What else the machine does only adds: the lowest of three is the nearest one.
    const added = (stage: 'ack' | 'sink' | 'e2e') => {
      const least = (of: BenchRecord['latency_ms'][]) => Math.min(...of.map((latency) => latency[stage]!.p50));
      return least(runs.slow) - least(runs.plain);
    };
    expect(added('e2e')).toBeGreaterThan(35);
    expect(added('e2e')).toBeLessThan(90);
    expect(added('sink')).toBeGreaterThan(45);
    expect(added('sink')).toBeLessThan(90);
    expect(Math.abs(added('ack'))).toBeLessThan(15);
  } finally {
    await proxied.close();
  }
});

it('Ctrl-C ends the load and answers with what was measured until then', async () => {
  const loop = new Loop(ownPipeline('bench_stopped'));
  const running = new Running([
    ...['bench', ...loop.select, '--home', loop.home, '--json'],
    ...['--rate', '200', '--duration', '10m', '--warmup', '1s'],
  ]);
  await eventually('it is measuring', async () => running.said.includes('measuring'));
  const measured = answer<BenchRecord>(await running.end('SIGINT'), 130);
  expect(measured).toMatchObject({ verdict: 'stopped', accuracy: null });
  expect(measured.duration_s).toBeGreaterThan(0);
  await loop.catchUp();
  expect(await loop.verify()).toMatchObject({ ok: true, missing: 0, extra: 0, in_flight: 0 });
});

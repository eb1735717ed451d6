import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { engineSamples } from '../../../src/core/observe/engine-samples.js';
import { generatorSamples } from '../../../src/core/observe/generator-samples.js';
import { homeSamples } from '../../../src/core/observe/home-samples.js';
import type { Sample } from '../../../src/core/observe/sample.js';
import { noVerdicts } from '../../../src/core/process/verdict.js';
import type { EngineLook } from '../../../src/core/run/process/engine-look.js';
import { LatencyHistogram } from '../../../src/core/runtime/latency-histogram.js';
import { type MetricName, metrics } from '../../../src/core/runtime/metrics.js';
import { systemClock } from '../../../src/core/runtime/node-runtime.js';
import { apiMetrics } from '../../../src/core/serve/api-metrics.js';
import { serverMetrics } from '../../../src/core/stack/clickhouse-server/http/server-metrics.js';
import { VirtualClock } from '../virtual-clock.js';

const docs = readFileSync(fileURLToPath(new URL('../../../docs/metrics.md', import.meta.url)), 'utf8');
const names = Object.keys(metrics) as MetricName[];

function lookAt(changes: Partial<EngineLook> = {}): EngineLook {
  return {
    progress: () => ({ verdicts: noVerdicts(), left: 0, windowsEmitted: 0, watermark: 1_800_000_000_000 }),
    alerts: () => 0,
    checkpoint: () => ({ at: 1_800_000_000_000, ms: 4, bytes: 9 }),
    deadLetters: () => ({ not_json: 2 }),
    figures: async () => ({
      rows: new LatencyHistogram(),
      inserts: new LatencyHistogram(),
      state: { windowBytes: 1, deduplicationBytes: 2, detectorBytes: 3 },
    }),
    lag: async () => new Map([[0, 3]]),
    ...changes,
  };
}

function told(samples: readonly Sample[]): Record<string, string[]> {
  return Object.fromEntries(samples.map(({ name, labels = {} }) => [name, Object.keys(labels)]));
}

/** Labels of the metrics of ours that a registry tells values of. */
async function exposed(registry: Registry): Promise<Record<string, string[]>> {
  const ours = (await registry.getMetricsAsJSON()).filter(({ name }) => name in metrics);
  return Object.fromEntries(
    ours.flatMap(({ name, values: [first] }) =>
      first ? [[name, Object.keys(first.labels).filter((label) => label !== 'le')]] : [],
    ),
  );
}

it('each metric has its samples, with the labels that it is defined with', async () => {
  const samples = [
    ...generatorSamples(() => ({ sent: 1, acked: 1, behind: new LatencyHistogram() }))(),
    ...(await engineSamples(lookAt(), systemClock)()),
    ...homeSamples({ run: tmpdir() }),
  ];
  const server = await exposed(serverMetrics(() => 2));
  const api = apiMetrics(async () => [
    { name: 'kafka', state: 'ready', address: null, version: null, pid: null, detail: null },
  ]);
  api.answered('/health', 200, 1);
  expect({ ...told(samples), ...server, ...(await exposed(api.registry)) }).toEqual(
    Object.fromEntries(names.map((name) => [name, metrics[name].labels])),
  );
});

it('each metric stands in the documentation, and none that is not', () => {
  const documented = [...docs.matchAll(/^\| `(pipe_\w+)`/gm)].map(([, name]) => name);
  expect(documented).toEqual(names);
});

it.each(names)('%s is named as Prometheus has it', (name) => {
  const { type } = metrics[name];
  expect(name.endsWith('_total')).toBe(type === 'counter');
  if (type === 'histogram') expect(name).toMatch(/_seconds$/);
});

it('what is not known yet is left out', async () => {
  const look = lookAt({
    progress: () => ({ verdicts: noVerdicts(), left: 0, windowsEmitted: 0, watermark: Number.NEGATIVE_INFINITY }),
    checkpoint: () => undefined,
    lag: () => Promise.reject(new Error('the broker is away')),
  });
  expect(
    Object.keys(told(await engineSamples(look, systemClock)())).filter((name) => /water|check|lag/.test(name)),
  ).toEqual([]);
});

it('asks a broker that does not answer once, and goes on without its lag', async () => {
  let asked = 0;
  const clock = new VirtualClock(0);
  const collect = engineSamples(lookAt({ lag: () => new Promise(() => void asked++) }), clock);
  for (let scrape = 0; scrape < 2; scrape++) {
    expect(told(await collect())).not.toHaveProperty('pipe_engine_lag_records');
  }
  expect(asked).toBe(1);
});

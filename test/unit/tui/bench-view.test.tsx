import { cleanup, render } from 'ink-testing-library';
import { afterEach, expect, it } from 'vitest';
import type { BenchSecond } from '../../../src/core/bench/measure/second.js';
import { defaultWorkload } from '../../../src/core/bench/workload/load.js';
import { LatencyHistogram } from '../../../src/core/runtime/latency-histogram.js';
import { BenchView } from '../../../src/core/tui/bench/bench-view.js';

const workload = { ...defaultWorkload(), rate: 10_000, duration_s: 60 };

function second(changes: Partial<BenchSecond>): BenchSecond {
  const e2e = new LatencyHistogram();
  for (const ms of [40, 50, 60, 1_700]) e2e.record(ms);
  return {
    workload,
    phase: 'measuring',
    elapsedS: 30,
    acked: 10_012,
    achieved: 9_998.4,
    lag: 420,
    latency: { e2e: e2e.quantiles() },
    thresholds: [
      { expression: 'throughput:rate>=9000', ok: true, actual: 9_998.4 },
      { expression: 'e2e_ms:p(99)<1000', ok: false, actual: 1_700 },
      { expression: 'accuracy:value>=99.9', ok: false, actual: null },
    ] as BenchSecond['thresholds'],
    ...changes,
  };
}

function shown(props: { step: string; second?: BenchSecond }): string[] {
  return render(<BenchView step={props.step} second={props.second} />)
    .lastFrame()!
    .split('\n');
}

afterEach(cleanup);

it('before anything is measured says what is being done, alone', () => {
  expect(shown({ step: 'starting the engine' })).toEqual(['▸ starting the engine']);
});

it('shows how far it is, rate, lag, each stage that has latencies, and how the thresholds stand', () => {
  expect(shown({ step: 'steady', second: second({}) })).toEqual([
    '▸ steady',
    '',
    `${'█'.repeat(12)}${'░'.repeat(12)}  measuring 30 s of 60 s`,
    '10,012/s now, 9,998/s so far of 10,000/s; lag 420',
    '',
    'stage              count     p50 ms     p99 ms     max ms',
    'e2e                    4       50.0     1700.0     1700.0',
    '',
    '✓ throughput:rate>=9000 9998',
    '✗ e2e_ms:p(99)<1000 1700',
    '· accuracy:value>=99.9',
  ]);
});

it('judges nothing in the warm-up', () => {
  const lines = shown({ step: 'steady', second: second({ phase: 'warm-up', elapsedS: -3, latency: {} }) });
  expect(lines).toContain(`${'░'.repeat(24)}  warm-up`);
  expect(lines.filter((line) => /^[✓✗]/.test(line))).toEqual([]);
});

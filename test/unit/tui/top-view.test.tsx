import { cleanup, render } from 'ink-testing-library';
import { afterEach, expect, it } from 'vitest';
import type { EngineFigures, Snapshot } from '../../../src/core/observe/snapshot.js';
import { type Pane, TopView } from '../../../src/core/tui/top/top-view.js';

const engine: EngineFigures = {
  records: { aggregated: 1_200_345, late: 12, duplicate: 3, dead_letter: 1 },
  consumed_per_s: 9_998.4,
  windows: 4_000,
  windows_per_s: 120.2,
  alerts: 7,
  partitions: [
    { partition: 0, lag: 300, lag_change_per_s: -10 },
    { partition: 1, lag: 100, lag_change_per_s: 2.4 },
  ],
  lag: 400,
  lag_change_per_s: -7.6,
  drain_ms: 52_600,
  watermark: 1_700_000_000_000,
  watermark_age_ms: 6_240,
  checkpoint: { at: 0, age_ms: 4_100, duration_ms: 12, bytes: 2 ** 20 },
  e2e_ms: { count: 99_000, p50: 97, p90: 120, p99: 171, max: 1_300 },
};

const snapshot: Snapshot = {
  at: Date.UTC(2026, 0, 31, 12, 34, 56),
  window_s: 10,
  services: [
    { name: 'kafka', state: 'ready', address: '127.0.0.1:9092', version: '4.1.1', pid: 12, detail: null },
    { name: 'clickhouse', state: 'failed', address: '127.0.0.1:8123', version: null, pid: null, detail: 'has ended' },
  ],
  processes: [
    {
      job: 'engine',
      pipeline: 'iot',
      pid: 14,
      address: '127.0.0.1:41',
      state: 'running',
      cpu_cores: 0.62,
      rss_bytes: 2 ** 28,
    },
    {
      job: 'generator',
      pipeline: 'iot',
      pid: 15,
      address: '127.0.0.1:42',
      state: 'gone',
      cpu_cores: null,
      rss_bytes: null,
    },
  ],
  pipelines: [{ pipeline: 'iot', generator: null, engine }],
};

function shown(given: Snapshot | undefined, pane: Pane = 'overview', help = false, rows = 24): string[] {
  return render(<TopView snapshot={given} pane={pane} help={help} rows={rows} />)
    .lastFrame()!
    .split('\n')
    .map((line) => line.trimEnd());
}

afterEach(cleanup);

it('says that it looks, before it has', () => {
  expect(shown(undefined)).toContain('looking …');
});

it('shows what runs, and what was killed', () => {
  const [head, , ...lines] = shown(snapshot);
  expect(head).toMatch(/^pipe top {3}1 overview {2}2 partitions {2}3 services .*12:34:56 UTC {2}\? help$/);
  expect(lines.slice(0, 9)).toEqual([
    '✓ kafka   ✗ clickhouse failed',
    '',
    'iot',
    '  in        ✗ the generator (pid 15) is gone',
    '  out       9,998/s judged, 120/s window rows, 7 alerts',
    '  records   1,200,345 aggregated, 12 late, 3 duplicates, 1 dead letters',
    '  lag       400, -8/s, gone in 53s',
    '  e2e       p50 97 ms, p99 171 ms, max 1.30 s',
    '  watermark 6.2s behind the clock; checkpoint 4.1s ago, 1.0 MiB in 12 ms',
  ]);
});

it('a broker that is away, and rows that are none, are told instead of figures', () => {
  const away: EngineFigures = {
    ...engine,
    lag: null,
    lag_change_per_s: null,
    drain_ms: null,
    partitions: [],
    e2e_ms: null,
  };
  const given = { ...snapshot, processes: [], pipelines: [{ pipeline: 'iot', generator: null, engine: away }] };
  expect(shown(given)).toEqual(
    expect.arrayContaining([
      '  in        no generator runs',
      '  lag       ✗ the broker does not answer',
      '  e2e       no row stored in the last seconds',
    ]),
  );
  expect(shown(given, 'partitions')).toContain('the broker does not answer');
});

it('shows each partition with its share of the lag', () => {
  expect(shown(snapshot, 'partitions')).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^ +0 +300 +-10 +75 %$/),
      expect.stringMatching(/^ +1 +100 +\+2 +25 %$/),
    ]),
  );
});

it('shows services with what is wrong, and processes', () => {
  expect(shown(snapshot, 'services')).toEqual(
    expect.arrayContaining([
      'clickhouse: has ended',
      expect.stringMatching(/^engine iot +running +127\.0\.0\.1:41 +0\.62 +256\.0 MiB +14$/),
      expect.stringMatching(/^generator iot +gone +127\.0\.0\.1:42 +- +- +15$/),
    ]),
  );
});

it('help says the keys', () => {
  expect(shown(snapshot, 'overview', true).join('\n')).toContain('q, Ctrl-C');
});

it('is never wider than 80 columns', () => {
  const everything = [
    ...shown(snapshot),
    ...shown(snapshot, 'partitions'),
    ...shown(snapshot, 'services'),
    ...shown(snapshot, 'overview', true),
  ];
  expect(everything.filter((line) => line.length > 80 && !line.startsWith('pipe top'))).toEqual([]);
});

it('is never higher than the terminal', () => {
  const many = Array.from({ length: 9 }, (_, index) => ({ pipeline: `p${index}`, generator: null, engine }));
  expect(shown({ ...snapshot, pipelines: many }, 'overview', false, 24).length).toBeLessThan(24);
});

import { cleanup, render } from 'ink-testing-library';
import { afterEach, expect, it } from 'vitest';
import type { EngineFigures, Snapshot } from '../../../src/core/observe/snapshot.js';
import type { Stored } from '../../../src/core/observe/stored.js';
import { atFirst, type TopState } from '../../../src/core/tui/top/keys.js';
import { panes } from '../../../src/core/tui/top/panes.js';
import { listOf, TopView } from '../../../src/core/tui/top/top-view.js';

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
  insert_ms: { count: 90, p50: 12, p90: 20, p99: 31, max: 40 },
  dead_letters: { not_json: 1 },
  state_bytes: { windows: 1, deduplication: 2, detectors: 3 },
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

const moments = Array.from({ length: 60 }, (_, at) => ({
  at,
  in_per_s: at,
  out_per_s: at,
  lag: at % 2 === 0 ? at : null,
  watermark_age_ms: 5_000,
  e2e_p50_ms: 90,
  e2e_p99_ms: 170,
}));

const stored: Stored = {
  windows: [
    {
      pipeline: 'iot',
      window: 'site_stats',
      size: '1m',
      by: ['site', 'kind'],
      rows: Array.from({ length: 50 }, (_, index) => ({
        window_size: '60000',
        window_start: '2026-01-31T12:34:00.000Z',
        window_end: '2026-01-31T12:35:00.000Z',
        site: `s${index}`,
        kind: 'power',
        readings: String(index),
        average: '15.5',
        _provisional: 'false',
      })),
    },
  ],
  alerts: [
    {
      pipeline: 'iot',
      id: 'spikes/1-7',
      time: '2026-01-31T12:34:50.123Z',
      detector: 'spikes',
      severity: 'critical',
      keys: '{"device_id":"d7"}',
      evidence: '{"value":12.3,"score":9.1}',
    },
  ],
  letters: [
    {
      pipeline: 'iot',
      topic: 'iot.dlq',
      letters: [
        {
          partition: 2,
          offset: 1041,
          reason: 'wrong_type',
          field: 'value',
          time: '2026-01-31T12:30:00.000Z',
          key: 'd9',
          bytes: 99,
          replayed: false,
        },
      ],
      total: 7,
      by_reason: { wrong_type: 5, not_json: 2 },
      replayed: 0,
    },
  ],
  problems: [],
};

interface Given {
  rows?: number;
  columns?: number;
  stored?: Stored | undefined;
}

function shown(given: Snapshot | undefined, state: Partial<TopState> = {}, more: Given = {}): string[] {
  const { rows = 24, columns = 80 } = more;
  const history = new Map([['iot', moments]]);
  const data = { snapshot: given, history, stored: 'stored' in more ? more.stored : stored };
  return render(<TopView {...data} state={{ ...atFirst, ...state }} rows={rows} columns={columns} />)
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
  expect(head).toBe('pipe [1 overview]  2 partitions   3 windows   4 alerts   5 letters   6 services');
  expect(lines.slice(0, 9)).toEqual([
    '✓ kafka   ✗ clickhouse failed',
    '',
    'iot',
    '  in        ✗ the generator (pid 15) is gone',
    expect.stringMatching(/^ {2}out {7}[▁-█]{14} {2}9,998\/s judged, 120\/s window rows, 7 alerts$/),
    '  records   1,200,345 aggregated, 12 late, 3 duplicates, 1 dead letters',
    expect.stringMatching(/^ {2}lag {7}[▁-█ ]{14} {2}400, -8\/s, gone in 53s$/),
    expect.stringMatching(/^ {2}e2e {7}█{14} {2}p50 97 ms, p99 171 ms, max 1.30 s$/),
    '  watermark 6.2s behind the clock; checkpoint 4.1s ago, 1.0 MiB in 12 ms',
  ]);
  expect(lines.at(-1)).toMatch(/^Tab panes .* q quit +12:34:56 UTC$/);
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
      expect.stringMatching(/^ {2}e2e .* no row stored in the last seconds$/),
    ]),
  );
  expect(shown(given, { pane: 'partitions' })).toContain('iot: the broker does not answer');
});

it('shows each partition with its share of the lag', () => {
  expect(shown(snapshot, { pane: 'partitions', selected: 1 })).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^ {2}iot +0 +300 +-10 +75 %$/),
      expect.stringMatching(/^› iot +1 +100 +\+2 +25 %$/),
    ]),
  );
});

it('shows services with what is wrong, and processes', () => {
  expect(shown(snapshot, { pane: 'services' })).toEqual(
    expect.arrayContaining([
      'clickhouse: has ended',
      expect.stringMatching(/^ {2}engine iot +running +127\.0\.0\.1:41 +14 {2}0\.62 cores/),
      expect.stringMatching(/^ {2}generator iot +gone +127\.0\.0\.1:42 +15 {2}- cores, -$/),
    ]),
  );
});

it('shows the newest windows, and scrolls to the one that is selected', () => {
  const seen = (selected: number) => shown(snapshot, { pane: 'windows', selected });
  expect(seen(0).find((line) => line.startsWith('›'))).toMatch(
    /^› site_stats +1m {2}12:34:00 {2}s0 power +readings 0, aver.*…$/,
  );
  expect(seen(49).find((line) => line.startsWith('›'))).toMatch(/ s49 power /);
  expect(shown(snapshot, { pane: 'windows' }, { columns: 120 })[3]).toMatch(/s0 power +readings 0, average 15\.5$/);
});

it('shows alerts, and dead letters with how many of each reason', () => {
  expect(shown(snapshot, { pane: 'alerts' })).toContain(
    '› 12:34:50  critical  iot.spikes                  device_id d7',
  );
  const lines = shown(snapshot, { pane: 'letters' });
  expect(lines).toContain('iot: 7: wrong_type 5, not_json 2');
  expect(lines).toContain('› 12:30:00  iot           2:1041          wrong_type        value d9');
});

it('says why nothing is there', () => {
  expect(shown(snapshot, { pane: 'alerts' }, { stored: undefined })).toContain('Reading …');
  const away = { windows: [], alerts: [], letters: [], problems: ['iot: clickhouse is not running'] };
  const lines = shown(snapshot, { pane: 'alerts' }, { stored: away });
  expect(lines).toContain('iot: clickhouse is not running');
  expect(lines).toContain('No alert is stored yet.');
});

it('shows only what has the text that is typed, and the text', () => {
  const lines = shown(snapshot, { pane: 'windows', filter: 'S12', typing: true });
  expect(lines.filter((line) => line.includes('site_stats'))).toHaveLength(1);
  expect(lines.at(-1)).toMatch(/^\/S12_/);
  expect(shown(snapshot, { pane: 'windows', filter: 'nowhere' })).toContain('Nothing has "nowhere" in it.');
});

it('shows all of a row', () => {
  const [row] = listOf('alerts', { snapshot, stored }).rows;
  const lines = shown(snapshot, { pane: 'alerts', detail: row! });
  expect(lines).toContain('  evidence  {"value":12.3,"score":9.1}');
  const [pipeline] = listOf('overview', { snapshot, stored }).rows;
  expect(shown(snapshot, { detail: pipeline! })).toContainEqual(expect.stringMatching(/^ {2}engine\.lag +400$/));
  expect(shown(snapshot, { detail: pipeline!, above: 99 })).toContainEqual(
    expect.stringMatching(/engine\.checkpoint\.bytes +1,048,576$/),
  );
});

it('help says the keys', () => {
  expect(shown(snapshot, { help: true }).join('\n')).toContain('q, Ctrl-C');
});

const screens: Partial<TopState>[] = [...panes.map((pane) => ({ pane })), { help: true }];

it.each([
  [80, 24],
  [200, 60],
  [60, 12],
])('is never wider than %i columns nor higher than %i rows', (columns, rows) => {
  const many = Array.from({ length: 9 }, (_, index) => ({ pipeline: `p${index}`, generator: null, engine }));
  for (const pipelines of [snapshot.pipelines, many])
    for (const state of screens) {
      const lines = shown({ ...snapshot, pipelines }, state, { columns, rows });
      expect(lines.length).toBeLessThan(rows);
      // The library that renders here has a terminal of 100 columns.
      expect(lines.filter((line) => line.length > Math.max(columns, 100))).toEqual([]);
      if (columns === 80) expect(lines.filter((line) => line.length > 80 && !line.endsWith('UTC'))).toEqual([]);
    }
});

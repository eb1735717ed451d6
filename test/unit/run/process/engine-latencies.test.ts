import { expect, it } from 'vitest';
import { Verdict } from '../../../../src/core/process/verdict.js';
import type { WindowRow } from '../../../../src/core/process/window/type.js';
import { EngineLatencies } from '../../../../src/core/run/process/engine-latencies.js';
import { LatencyHistogram } from '../../../../src/core/runtime/latency-histogram.js';
import { batchOf, type Row, window } from '../../sink/fixture.js';

const { aggregated, late, lateIdle, duplicate, deadLetter } = Verdict;

function blockOf(times: readonly number[], verdicts: readonly number[]) {
  const batch = batchOf(times.map((at) => ({ at }) as Row));
  return {
    ranges: [],
    records: times.length,
    rows: 0,
    alerts: [],
    judged: [{ batch, verdicts: Uint8Array.from(verdicts) }],
  };
}

function windowRow(end: number, more: Partial<WindowRow> = {}): WindowRow {
  return { size: 1, advance: 1, start: end - 1, end, keys: [], values: [], provisional: false, ...more };
}

/** stage/second: count and largest latency in ms. */
function told(latencies: EngineLatencies): string[] {
  return latencies.take().latencies.map((each) => {
    const { count, max } = LatencyHistogram.decode(each).quantiles();
    return `${each.stage}/${each.second}: ${count} up to ${Math.round(max)}`;
  });
}

it('every record counts as judged, only rows as stored, each under its second', () => {
  const latencies = new EngineLatencies({ outOfOrderness: 0 }, { bySecond: true });
  const block = blockOf(
    [1_000, 1_000, 1_999, 2_000, 2_001, 2_002],
    [aggregated, duplicate, late, lateIdle, deadLetter, aggregated],
  );
  latencies.judged(block, 2_100);
  latencies.stored(block, 2_200);
  latencies.inserted(2_110, 79.5);
  const { verdicts, ...taken } = { ...latencies.take() };
  expect(taken.latencies.map(({ stage, second, count }) => `${stage}/${second}: ${count}`)).toEqual([
    'process/1: 3',
    'process/2: 3',
    'e2e/1: 1',
    'e2e/2: 1',
    'sink/2: 1',
  ]);
  expect(verdicts).toEqual([
    { second: 1, aggregated: 1, late: 1, duplicates: 1, dead_letters: 0 },
    { second: 2, aggregated: 1, late: 1, duplicates: 0, dead_letters: 1 },
  ]);
  expect(latencies.rows.quantiles()).toMatchObject({ count: 2, max: expect.closeTo(1_200, -1) });
});

it('a window is late by what passes after its end plus out_of_orderness; revisions, provisional and deleted rows are not windows anew', () => {
  const latencies = new EngineLatencies({ outOfOrderness: 5_000 }, { bySecond: true });
  const rows = [
    windowRow(10_000),
    windowRow(20_000),
    windowRow(20_000, { provisional: true }),
    windowRow(20_000, { deleted: true }),
  ];
  latencies.emitted([{ window, rows }], 10_000, 25_300);
  expect(told(latencies)).toEqual(['window/25: 1 up to 300']);
});

it('without seconds only the total is kept', () => {
  const latencies = new EngineLatencies({ outOfOrderness: 0 }, { bySecond: false });
  const block = blockOf([1_000], [aggregated]);
  latencies.judged(block, 1_100);
  latencies.stored(block, 1_200);
  latencies.inserted(1_100, 99.5);
  expect([latencies.take(), latencies.rows.count]).toEqual([{ latencies: [], verdicts: [] }, 1]);
});

import { describe, expect, it } from 'vitest';
import { type Comparison, compareRuns } from '../../../src/core/bench/compare/compare.js';
import { madeRecord, type RunShape } from './record-fixture.js';

const runs = (count: number, seed: number, shape: Partial<RunShape> = {}) =>
  Array.from({ length: count }, (_, index) => madeRecord({ ...shape, seed: seed + index }));
const verdicts = ({ metrics }: Comparison) => Object.fromEntries(metrics.map(({ name, verdict }) => [name, verdict]));
const differs = ({ metrics }: Comparison) =>
  metrics.filter(({ verdict }) => verdict !== 'no_difference').map(({ name }) => name);

describe('runs of ten seconds', () => {
  it('that are alike: of 20 pairs at most one is called different', () => {
    const called = Array.from({ length: 20 }, (_, pair) =>
      compareRuns(runs(1, 100 + 2 * pair, { runNoise: 0.02 }), runs(1, 101 + 2 * pair, { runNoise: 0.02 }), null),
    ).filter((comparison) => differs(comparison).length > 0);
    expect(called.length).toBeLessThanOrEqual(1);
  });

  it('with a sink that is 15 % slower: five against five find it where it is, and the acknowledgements as they were', () => {
    const shape = { runNoise: 0.02 };
    const comparison = compareRuns(runs(5, 1, shape), runs(5, 11, { ...shape, slower: 1.15 }), 0.1);
    expect(comparison.units).toBe('runs');
    expect(verdicts(comparison)).toMatchObject({
      'e2e_ms:p(50)': 'worse',
      'sink_ms:p(50)': 'worse',
      'ack_ms:p(50)': 'no_difference',
      'throughput:rate': 'no_difference',
      'query_ms:p(50)': 'no_difference',
      'accuracy:value': 'no_difference',
    });
    const e2e = comparison.metrics.find(({ name }) => name === 'e2e_ms:p(50)')!;
    expect(e2e.change).toBeCloseTo((e2e.b - e2e.a) / e2e.a, 9);
    expect(e2e.interval![0]).toBeLessThan(0.15);
    expect(e2e.interval![1]).toBeGreaterThan(0.15);
    expect(comparison.regressions).toContain('e2e_ms:p(50)');
    expect(compareRuns(runs(5, 11, { ...shape, slower: 1.15 }), runs(5, 1, shape), 0.1)).toMatchObject({
      regressions: [],
    });
  });

  it('single ones find a sink that takes half as long again', () => {
    expect(verdicts(compareRuns(runs(1, 3), runs(1, 4, { slower: 1.5 }), null))).toMatchObject({
      'e2e_ms:p(50)': 'worse',
      'sink_ms:p(50)': 'worse',
      'ack_ms:p(50)': 'no_difference',
    });
  });
});

it('a run is no different from itself', () => {
  const [run] = runs(1, 5);
  expect(differs(compareRuns([run!], [run!], 0))).toEqual([]);
});

it('one wild second makes the run’s p99, and no difference', () => {
  const [calm, wild] = runs(2, 6, { seconds: 20 });
  const worst = madeRecord({ seed: 9, seconds: 1, slower: 40 });
  wild!.sections[7] = { ...wild!.sections[7]!, hdr: worst.sections[0]!.hdr };
  const p99 = compareRuns([calm!], [wild!], null).metrics.find(({ name }) => name === 'e2e_ms:p(99)')!;
  expect(p99.change).toBeGreaterThan(1);
  expect(p99.verdict).toBe('no_difference');
});

it('a wrong result is worse by itself, beyond any limit', () => {
  const [right, wrong] = [madeRecord({ seed: 1 }), { ...madeRecord({ seed: 2 }), accuracy: 99.9 }];
  expect(compareRuns([right], [wrong], 0.5).regressions).toEqual(['accuracy:value']);
  expect(compareRuns([right], [wrong], null).regressions).toEqual([]);
  expect(verdicts(compareRuns([wrong], [right], null))).toMatchObject({ 'accuracy:value': 'better' });
});

it('tells what cannot be compared, and what else than the system differs', () => {
  const [a, b] = [madeRecord({ seed: 1, seconds: 4 }), madeRecord({ seed: 2, seconds: 4, rate: 220 })];
  b.environment = {
    ...b.environment,
    cores: 8,
    commit: 'other',
    versions: { ...b.environment.versions, node: 'v22.1.0' },
  };
  const { left_out, deviations, metrics } = compareRuns([a], [b], null);
  expect(left_out).toContain('e2e_ms:p(50)');
  expect(metrics.map(({ name }) => name)).toEqual(['accuracy:value']);
  expect(deviations).toEqual([
    { setting: 'environment.versions.node', a: '"v20.19.0"', b: '"v22.1.0"' },
    { setting: 'environment.cores', a: '2', b: '8' },
    { setting: 'workload.rate', a: '200', b: '220' },
  ]);
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, test } from 'vitest';
import { findWorkload, shippedWorkloads } from '../../../src/core/bench/workload/find.js';
import { workloadFiles } from '../../../src/core/bench/workload/lint.js';
import { defaultWorkload, loadWorkload } from '../../../src/core/bench/workload/load.js';
import { overrideWorkload } from '../../../src/core/bench/workload/override.js';
import { generatorSchedule } from '../../../src/core/bench/workload/schedule.js';
import { workloadSchema } from '../../../src/core/bench/workload/schema.js';
import { parseGenerateFlags } from '../../../src/core/run/generate/options.js';
import { lintConfig } from '../../../src/core/run/lint-config.js';

const packageRoot = fileURLToPath(new URL('../../..', import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), 'pipe-workload-'));
const place = { packageRoot, cwd };
const load = (text: string) => loadWorkload(`workload: mine\nversion: 1\n${text}`, 'w.yaml', '/there/w.yaml');

afterAll(() => rmSync(cwd, { recursive: true }));

describe('shipped workloads', () => {
  test.each(shippedWorkloads(place))('%s is sound, and comes back from a record as it was', (name) => {
    const workload = findWorkload(place, name);
    expect(workload.name).toBe(name);
    expect(workloadSchema.parse(JSON.parse(JSON.stringify(workload)))).toEqual(workload);
    const { rate, arrival, durationMs } = generatorSchedule(workload);
    expect(parseGenerateFlags({ rate: String(rate), arrival }).rate).toBe(rate);
    expect(durationMs).toBe((workload.warmup_s + workload.duration_s) * 1000);
  });

  it('are checked by config lint with the pipelines', () => {
    const linted = lintConfig(place, [], [workloadFiles]);
    expect(linted.filter(({ ok }) => !ok)).toEqual([]);
    expect(linted.map(({ file }) => file)).toContain(join(packageRoot, 'configs/workloads/steady-10k.yaml'));
  });
});

it('the example of docs/bench.md is fine', () => {
  const text = readFileSync(join(packageRoot, 'docs/bench.md'), 'utf8');
  const example = /```yaml\n(workload:[\s\S]*?)```/.exec(text)![1]!;
  expect(loadWorkload(example, 'docs/bench.md', '/there/evening.yaml')).toMatchObject({ name: 'evening', rate: 8000 });
});

describe('a workload file', () => {
  it('has every default filled in', () => {
    expect(load('')).toEqual({
      name: 'mine',
      description: '',
      rate: 10_000,
      arrival: 'constant',
      skew: 'none',
      distortions: { late: '0', repeat: 0, discard: 0, corrupt: 0 },
      duration_s: 60,
      warmup_s: 10,
      queries: { names: null, interval_s: 1 },
      thresholds: ['throughput:ratio>=0.99', 'e2e_ms:p(99)<5000', 'query_ms:p(95)<500', 'accuracy:value>=99.9'].map(
        (expression) => ({ expression, abort_on_fail: false, abort_after_s: 0 }),
      ),
    });
  });

  it('that asks nothing has no objective for queries', () => {
    const { thresholds } = load('queries: { names: [] }');
    expect(thresholds.map(({ expression }) => expression)).not.toContain('query_ms:p(95)<500');
    expect(thresholds).toHaveLength(3);
  });

  it('has its thresholds as k6 has them, and its pipeline’s path relative to itself', () => {
    const { thresholds, pipeline } = load(`
pipeline: ../pipes/shop.yaml
thresholds:
  e2e_ms:
    - p(99) < 700
    - { threshold: max<9000, abort_on_fail: true, delay_abort_eval: 1m }
  lag: [last<=10]`);
    expect(pipeline).toBe('/pipes/shop.yaml');
    expect(thresholds).toEqual([
      { expression: 'e2e_ms:p(99)<700', abort_on_fail: false, abort_after_s: 0 },
      { expression: 'e2e_ms:max<9000', abort_on_fail: true, abort_after_s: 60 },
      { expression: 'lag:last<=10', abort_on_fail: false, abort_after_s: 0 },
    ]);
  });

  it('in steps warms up at the first rate, and then takes each as long as it says', () => {
    const workload = load('steps: [{ rate: 100, duration: 10s }, { rate: 400, duration: 5s }]\nwarmup: 5s');
    expect(workload).toMatchObject({ rate: 200, duration_s: 15, warmup_s: 5 });
    expect(generatorSchedule(workload)).toEqual({
      rate: 175,
      arrival: 'steps:100/5s,100/10s,400/5s',
      durationMs: 20_000,
    });
  });

  test.each([
    ['an unknown key', 'rte: 5', 'w.yaml:3: unknown key "rte"; did you mean "rate"?'],
    ['no rate', 'rate: 0', 'w.yaml:3: rate: expected events per second above 0; got 0'],
    ['a mistyped arrival', 'rate: 5\narrival: brust:4/10s', 'w.yaml:4: arrival: expected constant, poisson, burst'],
    [
      'a bad share',
      'distortions:\n  late: "2:1s..2s"',
      'w.yaml:4: distortions.late: expected a share from 0 to 1, got "2"',
    ],
    ['both pipelines', 'domain: iot\npipeline: x.yaml', 'w.yaml:4: pipeline: expected domain or pipeline, got both'],
    ['steps and a rate', 'steps: [{ rate: 1, duration: 1s }]\nrate: 5', 'w.yaml:4: rate: steps say it already'],
    ['too short', 'duration: 10ms', 'w.yaml:3: duration: expected 1s or more'],
    [
      'an unknown metric',
      'thresholds:\n  e2_ms: [p(99)<5]',
      'w.yaml:4: threshold "e2_ms:p(99)<5": unknown metric "e2_ms"; did you mean',
    ],
    [
      'an unknown aggregate',
      'thresholds:\n  lag:\n    - max<5\n    - p(9)<1',
      'w.yaml:6: threshold "lag:p(9)<1": lag has no "p(9)"',
    ],
  ])('with %s is refused with file and line', (_, text, message) => {
    expect(() => load(text)).toThrow(message);
  });

  it('is found by name or path, and a wrong name lists the shipped ones', () => {
    writeFileSync(join(cwd, 'my.yaml'), 'workload: my\nversion: 1\nrate: 7\n');
    expect(findWorkload(place, 'my.yaml').rate).toBe(7);
    expect(findWorkload(place, undefined)).toEqual(defaultWorkload());
    expect(() => findWorkload(place, 'smok')).toThrow(/one of burst, ecommerce, .*got "smok"; did you mean "smoke"\?/);
  });

  it('is linted down to its pipeline’s queries', () => {
    writeFileSync(
      join(cwd, 'q.yaml'),
      'workload: q\nversion: 1\ndomain: iot\nqueries:\n  names:\n    - device_helth\n',
    );
    writeFileSync(join(cwd, 'd.yaml'), 'workload: d\nversion: 1\ndomain: iott\n');
    expect(lintConfig(place, ['q.yaml', 'd.yaml'], [workloadFiles]).map(({ problems }) => problems)).toEqual([
      [{ line: 6, message: 'iot has no query "device_helth"; did you mean "device_health"?' }],
      [{ line: 3, message: 'domain: expected one of ecommerce, finance, iot, saas, got "iott"; did you mean "iot"?' }],
    ]);
  });
});

describe('flags', () => {
  it('count before the workload', () => {
    const workload = overrideWorkload(findWorkload(place, 'iot'), {
      pipeline: 'x.yaml',
      rate: '20',
      duration: '1m30s',
      warmup: '0s',
      threshold: ['e2e_ms: max < 10'],
    });
    expect(workload).toMatchObject({
      pipeline: 'x.yaml',
      domain: undefined,
      rate: 20,
      duration_s: 90,
      warmup_s: 0,
      thresholds: [{ expression: 'e2e_ms:max<10' }],
    });
  });

  test.each([
    [{ rate: '0' }, '--rate: expected events per second above 0'],
    [{ duration: '10ms' }, '--duration: expected 1s or more, got "10ms"'],
    [{ threshold: ['e2e_ms<5'] }, 'threshold: expected METRIC:AGGREGATE'],
  ])('%j is refused', (flags, message) => {
    expect(() => overrideWorkload(defaultWorkload(), flags)).toThrow(message);
  });

  it('cannot change the rate of steps', () => {
    expect(() => overrideWorkload(findWorkload(place, 'spike'), { rate: '5' })).toThrow(
      '--rate: the workload spike has steps',
    );
  });
});

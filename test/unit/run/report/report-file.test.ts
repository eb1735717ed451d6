import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PerformanceObserver } from 'node:perf_hooks';
import { expect, it, onTestFinished } from 'vitest';
import { ReportFile } from '../../../../src/core/run/report/report-file.js';
import { VirtualClock } from '../../virtual-clock.js';

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pipe-report-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'report.ndjson');
}

const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

it('has a line at each whole second of the clock, and a last one when it is closed', async () => {
  const clock = new VirtualClock(1_700_000_000_400);
  const path = temporaryFile();
  let asked = 0;
  const report = new ReportFile({ clock, pid: 7 }, path, () => ({ latencies: [], asked: ++asked }));
  await clock.sleep(2_700);
  await report.close();
  const lines = linesOf(path);
  expect(lines.map(({ at, pid, asked }) => [at, pid, asked])).toEqual([
    [1_700_000_001_000, 7, 1],
    [1_700_000_002_000, 7, 2],
    [1_700_000_003_000, 7, 3],
    [1_700_000_003_100, 7, 4],
  ]);
  for (const { process } of lines) {
    expect(process.cpu_ms).toBeGreaterThanOrEqual(0);
    expect(process.rss_bytes).toBeGreaterThan(1 << 20);
  }
});

it('counts the CPU time and the pauses of this process', async () => {
  const clock = new VirtualClock();
  const path = temporaryFile();
  const report = new ReportFile({ clock, pid: 7 }, path, () => ({ latencies: [] }));
  const told = new Promise<void>((resolve) => {
    new PerformanceObserver((_, observer) => {
      observer.disconnect();
      resolve();
    }).observe({ entryTypes: ['gc'] });
  });
  const before = process.cpuUsage();
  const kept: number[][] = [];
  while (process.cpuUsage(before).user < 200_000) kept.push(new Array(1_000).fill(kept.length));
  await told;
  await report.close();
  const uses = linesOf(path).map((line) => line.process);
  expect(uses.reduce((sum, use) => sum + use.cpu_ms, 0)).toBeGreaterThan(150);
  expect(uses.flatMap((use) => use.gc_ms).length).toBeGreaterThan(0);
});

it('refuses a file that cannot be written', () => {
  const clock = new VirtualClock();
  expect(() => new ReportFile({ clock, pid: 7 }, '/nowhere/at/all', () => ({ latencies: [] }))).toThrow(
    /--report \/nowhere\/at\/all: the file cannot be written/,
  );
});

import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import type { DemoReport } from '../../src/core/demo/demo.js';
import { eventually } from './eventually.js';
import { answer, Running } from './loop.js';
import { pipe } from './pipe.js';

async function processesOf(home: string): Promise<string[]> {
  const { stdout } = await execa('ps', ['-eo', 'args']);
  return stdout.split('\n').filter((line) => line.includes(home));
}

async function nothingIsLeftOf(home: string): Promise<void> {
  expect([existsSync(home), await processesOf(home)]).toEqual([false, []]);
}

describe('the demo', () => {
  it.each([
    ['ecommerce', '2000', '5s'],
    ['iot', '1000', '2s'],
    ['saas', '1000', '2s'],
    ['finance', '1000', '2s'],
  ])('of %s proves itself and leaves nothing', async (domain, rate, duration) => {
    const args = domain === 'ecommerce' ? [] : ['--domain', domain];
    const ran = await pipe(['demo', ...args, '--rate', rate, '--duration', duration, '--json']);
    const report = answer<DemoReport>(ran);
    const events = Number(rate) * Number.parseInt(duration, 10);
    expect(report.generate).toMatchObject({ domain, sent: events, acked: events, rate: { target: Number(rate) } });
    expect(report.process).toMatchObject({ engine: 'builtin', consumed: events });
    expect(report.verify).toMatchObject({
      ok: true,
      produced: events,
      in_flight: 0,
      missing: 0,
      extra: 0,
      windows: { wrong: 0, unchecked: 0 },
      accuracy: 100,
    });
    expect(report.verify.windows.checked).toBeGreaterThan(0);
    expect(report.latency_ms.count).toBeGreaterThan(0);
    expect(report.latency_ms.p50).toBeLessThanOrEqual(report.latency_ms.p99);
    for (const { rows } of Object.values(report.newest)) expect(rows.length).toBeGreaterThan(0);
    expect(Object.keys(report.newest).length).toBeGreaterThan(0);
    await nothingIsLeftOf(report.home);
  });

  it('stopped in the middle ends cleanly: 130, its figures so far, and nothing left', async () => {
    const demo = new Running(['demo', '--domain', 'iot', '--rate', '500', '--duration', '10m', '--json']);
    await eventually('events are acknowledged', () => /acknowledged [1-9]/.test(demo.said), 100_000);
    const ran = await demo.end('SIGINT');
    const report = answer<DemoReport>(ran, 130);
    expect(report.verify).toMatchObject({ ok: true, missing: 0, extra: 0 });
    expect(report.generate.acked).toBeGreaterThan(0);
    await nothingIsLeftOf(report.home);
  });

  it.each([
    ['an unknown domain', ['--domain', 'nope'], 'nope'],
    ['a bad rate', ['--rate', '-5'], '-5'],
    ['a bad duration', ['--duration', 'soon'], 'soon'],
  ])('refuses %s before anything starts', async (_, args, told) => {
    const ran = await pipe(['demo', ...args, '--json']);
    const { error } = answer<{ error: { message: string } }>(ran, 2);
    expect(error.message).toContain(told);
    expect(ran.stderr).not.toContain('starting');
  });
});

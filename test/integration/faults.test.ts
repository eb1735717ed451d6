import { describe, expect, it } from 'vitest';
import type { ChaosReport } from '../../src/core/chaos/report.js';
import { eventually } from './eventually.js';
import { answer, Loop, Running } from './loop.js';
import { ownPipeline } from './own-pipeline.js';
import { pipe } from './pipe.js';

const whole = { ok: true, missing: 0, extra: 0, in_flight: 0, windows: { wrong: 0, unchecked: 0 } };
const short = ['--rate', '600', '--duration', '4s', '--seed', '5'];

/** Kills of generator, engine and ClickHouse: crash.test.ts. All of them in all ways: test/faults. */
describe('pipe chaos', () => {
  it('kill -9 of Kafka under load: nothing missing, extra or wrong', async () => {
    const loop = new Loop(ownPipeline('kafka_killed'));
    const ran = await loop.run('chaos', ...short, '--faults', '1', '--targets', 'kafka', '--kinds', 'kill');
    const { faults, verify, totals } = answer<ChaosReport>(ran);
    expect(faults).toMatchObject([{ target: 'kafka', fault: 'kill' }]);
    expect(faults[0]!.recovered_ms).toBeGreaterThanOrEqual(faults[0]!.lasted_ms);
    expect(totals.faults).toEqual({ kill: 1 });
    expect(verify).toMatchObject({ ...whole, produced: 2_400, stored: 2_400 });
  });

  it('kill -9 of PostgreSQL while events are joined with its rows', async () => {
    const loop = new Loop('saas');
    const ran = await loop.run('chaos', ...short, '--faults', '1', '--targets', 'postgres', '--kinds', 'kill');
    expect(answer<ChaosReport>(ran).verify).toMatchObject(whole);
  });

  it('refuses to run beside an engine', async () => {
    const loop = new Loop(ownPipeline('chaos_busy'));
    const engine = loop.start('process');
    await engine.begun;
    const { error } = answer<{ error: { code: string } }>(await loop.run('chaos', ...short, '--faults', '1'), 3);
    expect(error.code).toBe('ENGINE_RUNNING');
    await engine.end('SIGTERM');
  });

  it('on Ctrl-C thaws and starts everything, and the same commands go on from there', async () => {
    const loop = new Loop(ownPipeline('chaos_ended'));
    const harm = [
      '--faults',
      '3',
      '--lasts',
      '10m',
      '--kinds',
      'freeze,stop',
      '--targets',
      'clickhouse,engine,postgres',
    ];
    const load = ['--rate', '300', '--duration', '10s', '--seed', '2'];
    const running = new Running(['chaos', ...loop.select, '--home', loop.home, '--json', ...load, ...harm]);
    await eventually('two faults', () => (running.said.match(/frozen|stopped/g) ?? []).length >= 2);
    const report = answer<ChaosReport>(await running.end('SIGINT'), 130);
    expect(report).toMatchObject({ ok: false, verify: null });
    expect(report.faults.length).toBeGreaterThanOrEqual(2);
    expect((await pipe(['status', '--home', loop.home])).exitCode).toBe(0);
    answer(await loop.run('generate', '--resume'));
    await loop.catchUp();
    expect(await loop.verify()).toMatchObject({ ...whole, produced: 3_000 });
  });
});

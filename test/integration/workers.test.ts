import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerateSummary } from '../../src/core/run/generate/summary.js';
import type { ProcessReport } from '../../src/core/run/process/process-report.js';
import { eventually } from './eventually.js';
import { answer, clickhouseWriter, Loop, rowsOf } from './loop.js';
import { ownPipeline } from './own-pipeline.js';
import { topicRecords } from './topic-records.js';

const start = '2026-03-01T12:00:00Z';
const distortions = ['--late', '0.05:1s..9s', '--repeat', '0.05', '--corrupt', '0.01'];

let clickhouse: ClickHouseClient;
beforeAll(async () => {
  clickhouse = await clickhouseWriter();
});
afterAll(() => clickhouse.close());

async function stored(name: string): Promise<number> {
  const [row] = await rowsOf<{ rows: number }>(clickhouse, `SELECT count() AS rows FROM ${name}_events`);
  return row!.rows;
}

/** Every record's verdict, by partition and offset, as far as tables and topics tell it: what is in none of them is a duplicate. */
async function verdicts(name: string): Promise<Record<string, string>> {
  const rows = await rowsOf<{ place: string }>(
    clickhouse,
    `SELECT concat(toString(_partition), '/', toString(_offset)) AS place FROM ${name}_events`,
  );
  const letters = async (topic: string) =>
    (await topicRecords(`${name}.${topic}`)).map(({ headers }) => [
      `${headers.partition}/${headers.offset}`,
      `${topic} ${headers.reason ?? ''} ${headers.field ?? ''}`,
    ]);
  return Object.fromEntries([
    ...rows.map(({ place }) => [place, 'aggregated']),
    ...(await letters('dlq')),
    ...(await letters('late')),
  ]);
}

describe('any number of workers', () => {
  it('gives every record the same verdict and every window the same row', async () => {
    const topic = 'crew.events';
    const crew = [1, 2, 4].map((workers) => {
      const name = `crew_${workers}`;
      return { workers, name, loop: new Loop(ownPipeline(name, { topic, partitions: 4 })) };
    });
    await crew[0]!.loop.generate('--count', '6000', '--rate', 'max', '--start', start, '--seed', '5', ...distortions);
    const results: unknown[] = [];
    for (const { workers, name, loop } of crew) {
      const { consumed, aggregated, late, duplicates, dead_letters, ...report } = await loop.catchUp(
        '--workers',
        String(workers),
      );
      expect(report.workers).toBe(workers);
      expect(report.latency_ms.count).toBe(aggregated);
      const counts = { consumed, aggregated, late, duplicates, dead_letters };
      expect(Object.entries(counts).filter(([, count]) => count === 0)).toEqual([]);
      const final = (table: string) =>
        rowsOf(clickhouse, `SELECT * EXCEPT (_version, _emitted_at) FROM ${name}_${table} ORDER BY ALL`);
      const tables = { events: await final('events'), stats: await final('stats'), moving: await final('moving') };
      expect(Object.values(tables).filter((rows) => rows.length === 0)).toEqual([]);
      expect(await loop.verify()).toMatchObject({
        ok: true,
        missing: 0,
        extra: 0,
        windows: { wrong: 0, unchecked: 0 },
      });
      results.push({ counts, verdicts: await verdicts(name), tables });
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('more than there are partitions are as many as there are', async () => {
    const loop = new Loop(ownPipeline('crowd'));
    await loop.generate('--count', '200', '--rate', 'max');
    expect(await loop.catchUp('--workers', '7')).toMatchObject({ workers: 2, aggregated: 200 });
  });

  it('goes on from where another number of them was killed under load', async () => {
    const name = 'shift';
    const loop = new Loop(ownPipeline(name, { partitions: 4 }));
    await loop.generate('--count', '100', '--rate', 'max');
    await loop.catchUp('--workers', '2');
    const generating = loop.start('generate', '--rate', '1000', '--duration', '10m', ...distortions);
    await generating.begun;
    let rows = 0;
    for (const workers of ['2', '4', '2']) {
      const engine = loop.start('process', '--workers', workers);
      await engine.begun;
      rows = await eventually(`more than ${rows} rows`, async () => {
        const now = await stored(name);
        return now > rows + 300 && now;
      });
      await engine.end('SIGKILL');
    }
    const sent = answer<GenerateSummary>(await generating.end('SIGINT'), 130);
    await loop.catchUp('--workers', '4');
    const whole = { ok: true, missing: 0, extra: 0, in_flight: 0, windows: { wrong: 0, unchecked: 0 } };
    expect(await loop.verify()).toMatchObject({ ...whole, produced: sent.acked + 100 });
    await loop.generate('--count', '1000', '--rate', 'max');
    await loop.catchUp('--workers', '1');
    expect(await loop.verify()).toMatchObject({ ...whole, produced: sent.acked + 1_100 });
  });

  it('ends cleanly when it is told to stop, with the windows that were due', async () => {
    const name = 'signalled';
    const loop = new Loop(ownPipeline(name, { partitions: 4 }));
    const engine = loop.start('process', '--workers', '2');
    await engine.begun;
    const { acked } = await loop.generate('--rate', '1000', '--count', '3000');
    await eventually('all rows are stored', async () => (await stored(name)) === acked);
    await eventually('windows are emitted', async () => {
      const [row] = await rowsOf<{ rows: number }>(
        clickhouse,
        `SELECT count() AS rows FROM ${name}_stats FINAL WHERE NOT _provisional`,
      );
      return row!.rows > 0;
    });
    const report = answer<ProcessReport>(await engine.end('SIGTERM'), 143);
    expect(report).toMatchObject({ workers: 2, aggregated: acked });
    expect(await loop.verify()).toMatchObject({ ok: true, in_flight: 0, notes: [] });
  });
});

describe('refuses', () => {
  it.each(['0', '-1', '1.5', 'many'])('--workers %s', async (workers) => {
    const { error } = answer<{ error: { message: string } }>(
      await new Loop('iot').run('process', `--workers=${workers}`),
      2,
    );
    expect(error.message).toContain(workers);
  });

  it('the reference engine with more than one', async () => {
    const { error } = answer<{ error: { message: string } }>(
      await new Loop('iot').run('process', '--engine', 'reference', '--workers', '2'),
      2,
    );
    expect(error.message).toContain('expected one worker for the reference engine');
  });
});

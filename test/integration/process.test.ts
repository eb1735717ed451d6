import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJournal } from '../../src/core/run/process/journal.js';
import type { ProcessReport } from '../../src/core/run/process/process-report.js';
import { answer, clickhouseWriter, Loop, rowsOf } from './loop.js';
import { ownPipeline } from './own-pipeline.js';
import { kafkaClient, topicRecords } from './topic-records.js';

let clickhouse: ClickHouseClient;
beforeAll(async () => {
  clickhouse = await clickhouseWriter();
});
afterAll(() => clickhouse.close());

interface Failure {
  error: { code: string; message: string; hint: string };
}

const start = '2026-03-01T12:00:00Z';
const count = (table: string) => `SELECT count() AS rows FROM ${table}`;

describe('both engines', () => {
  it('give equal raw rows and equal final windows of one topic', async () => {
    const topic = 'pair.events';
    const builtin = new Loop(ownPipeline('pair_builtin', { topic }));
    const reference = new Loop(ownPipeline('pair_reference', { topic }));
    const args = ['--count', '3000', '--rate', 'max', '--start', start, '--seed', '5'];
    await builtin.generate(...args, '--late', '0.05:1s..9s', '--repeat', '0.05', '--corrupt', '0.01');
    const [one, other] = await Promise.all([builtin.catchUp(), reference.catchUp('--engine', 'reference')]);
    expect([one.engine, other.engine]).toEqual(['builtin', 'reference']);
    const counts = ({ consumed, aggregated, late, duplicates, dead_letters, windows_emitted }: ProcessReport) => ({
      consumed,
      aggregated,
      late,
      duplicates,
      dead_letters,
      windows_emitted,
    });
    expect(counts(other)).toEqual(counts(one));
    for (const verdict of ['aggregated', 'late', 'duplicates', 'dead_letters'] as const)
      expect([verdict, one[verdict]]).not.toEqual([verdict, 0]);
    for (const table of ['events', 'stats', 'moving']) {
      const final = (name: string) =>
        rowsOf(clickhouse, `SELECT * EXCEPT (_version, _emitted_at) FROM ${name}_${table} ORDER BY ALL`);
      const raw = (name: string) => rowsOf(clickhouse, `SELECT * FROM ${name}_${table} ORDER BY _partition, _offset`);
      const rows = table === 'events' ? raw : final;
      const expected = await rows('pair_builtin');
      expect(expected.length).toBeGreaterThan(0);
      expect(await rows('pair_reference')).toEqual(expected);
    }
    expect(await builtin.verify()).toMatchObject({ ok: true, missing: 0, extra: 0 });
    expect(await reference.verify()).toMatchObject({ ok: true, missing: 0, extra: 0, windows: { unchecked: 0 } });
  });
});

describe('a topic of others', () => {
  it('written in transactions, is read to its end: markers are no records', async () => {
    const loop = new Loop(ownPipeline('foreign', { partitions: 1 }));
    answer(await loop.run('process', '--until-caught-up'));
    const producer = (await kafkaClient()).producer({
      transactionalId: 'foreign',
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    for (let round = 0; round < 3; round++) {
      const transaction = await producer.transaction();
      const messages = [0, 1].map((index) => {
        const at = Date.parse(start) + round * 1_000 + index;
        const event = { id: `${round}-${index}`, at, sensor: 's', kind: 'a', value: 1, price: 1.5 };
        return { key: 's', value: JSON.stringify(event) };
      });
      await transaction.send({ topic: 'foreign.events', messages });
      await transaction.commit();
      // Once the newest offset is a marker's, once with a block and its gaps in the checkpoint.
      if (round !== 1) expect(await loop.catchUp()).toMatchObject({ aggregated: round === 0 ? 2 : 4 });
    }
    await producer.disconnect();
    expect(await loop.verify()).toMatchObject({ ok: true, produced: 6, stored: 6, in_flight: 0, missing: 0 });
  });
});

describe('until caught up', () => {
  it('a second time consumes nothing; windows left open go on with what comes', async () => {
    const loop = new Loop(ownPipeline('reopened'));
    const part = (seconds: number) => ['--start', `2026-03-01T12:00:0${seconds}Z`, '--rate', '500', '--count', '900'];
    await loop.generate(...part(0));
    expect(await loop.catchUp()).toMatchObject({ consumed: 900, aggregated: 900 });
    const open = 'SELECT count() AS open FROM reopened_stats WHERE _provisional AND window_size = 10000';
    const [before] = await rowsOf<{ open: number }>(clickhouse, open);
    expect(before!.open).toBeGreaterThan(0);
    expect(await loop.catchUp()).toMatchObject({ consumed: 0, aggregated: 0 });
    expect((await loop.verify()).windows.unchecked).toBe(0);
    // The same ten seconds, and beyond.
    await loop.generate(...part(2));
    expect(await loop.catchUp()).toMatchObject({ consumed: 900, aggregated: 900 });
    const [total] = await rowsOf<{ events: number; windows: number }>(
      clickhouse,
      `SELECT sum(events) AS events, uniqExact(window_start) AS windows FROM reopened_stats WHERE window_size = 10000`,
    );
    expect(total).toEqual({ events: 1800, windows: 1 });
    expect(await loop.verify()).toMatchObject({ ok: true, produced: 1800, stored: 1800, windows: { unchecked: 0 } });
  });
});

describe('distortions', () => {
  it('are accounted for, kind by kind, and what no window counts is sent on with its origin', async () => {
    const loop = new Loop('iot');
    const sent = await loop.generate(
      ...['--count', '6000', '--rate', '3000', '--seed', '11', '--late', '0.05:70s..90s'],
      ...['--repeat', '0.03', '--discard', '0.02', '--corrupt', '0.01'],
    );
    const { injected } = sent;
    expect(sent.acked).toBe(6000 - injected.discarded + injected.repeated);
    const report = await loop.catchUp();
    const judged = report.aggregated + report.late + report.duplicates + report.dead_letters;
    expect([report.consumed, judged]).toEqual([sent.acked, sent.acked]);
    expect(report.dead_letters).toBe(injected.corrupted);
    // A repeat of a late event is late, and one of a corrupted event is corrupted: counted once, under the first verdict that holds.
    expect(report.late).toBeGreaterThanOrEqual(injected.late);
    expect(report.duplicates).toBeLessThanOrEqual(injected.repeated);
    expect(report.late + report.duplicates).toBeLessThanOrEqual(injected.late + injected.repeated);
    expect(await loop.verify()).toMatchObject({
      ok: true,
      produced: sent.acked,
      stored: report.aggregated,
      late: report.late,
      duplicates: report.duplicates,
      dead_letters: report.dead_letters,
      in_flight: 0,
      windows: { wrong: 0, unchecked: 0 },
      accuracy: 100,
    });

    const events = new Map((await topicRecords('iot.events')).map((one) => [`${one.partition}/${one.offset}`, one]));
    const [dead, late] = await Promise.all([topicRecords('iot.dlq'), topicRecords('iot.late')]);
    expect([dead.length, late.length]).toEqual([report.dead_letters, report.late]);
    const reasons = new Set<string>();
    for (const letter of [...dead, ...late]) {
      const { topic, partition, offset } = letter.headers;
      expect(topic).toBe('iot.events');
      expect(letter.value).toBe(events.get(`${partition}/${offset}`)?.value);
      expect(letter.partition).toBe(Number(partition));
    }
    for (const { headers } of dead) {
      reasons.add(headers.reason!);
      expect(headers).toHaveProperty('field');
    }
    expect(reasons.size).toBeGreaterThan(1);
    expect(late[0]!.headers).not.toHaveProperty('reason');
  });
});

describe('a running engine', () => {
  const file = ownPipeline('stopped');
  const loop = new Loop(file);
  const clean = () => readJournal(loop.engineFolder('stopped'), () => undefined);

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends cleanly at %s, with its report and %i', async (signal, exit) => {
    const engine = loop.start('process');
    await engine.begun;
    const { acked } = await loop.generate('--rate', '1000', '--count', '3000');
    const stored = () => rowsOf<{ rows: number }>(clickhouse, count('stopped_events'));
    const before = signal === 'SIGINT' ? 0 : 3000;
    await expect.poll(async () => (await stored())[0]!.rows, { timeout: 60_000 }).toBe(before + acked);
    const report = answer<ProcessReport>(await engine.end(signal), exit);
    expect(report).toMatchObject({ engine: 'builtin', consumed: acked, aggregated: acked });
    expect(report.latency_ms.count).toBe(acked);
    expect(report.latency_ms.max).toBeGreaterThanOrEqual(report.latency_ms.p50);
    const { restored, outstanding } = clean();
    expect([restored!.meta.clean, restored!.meta.complete, outstanding]).toEqual([true, false, []]);
    const verified = await loop.verify();
    expect(verified).toMatchObject({ ok: true, in_flight: 0, notes: [] });
    expect(verified.windows.checked).toBeGreaterThan(0);
  });

  it('owns its pipeline: a second one exits 3, also beside a frozen one', async () => {
    const engine = loop.start('process');
    await engine.begun;
    const refused = async () => answer<Failure>(await loop.run('process'), 3).error;
    expect(await refused()).toMatchObject({ code: 'ENGINE_RUNNING', message: expect.stringMatching(/\(pid \d+\)/) });
    engine.signal('SIGSTOP');
    expect(await refused()).toMatchObject({ code: 'ENGINE_RUNNING' });
    engine.signal('SIGCONT');
    expect((await engine.end('SIGTERM')).exitCode).toBe(143);
  });

  it('is seen by verify, which leaves the windows alone', async () => {
    const engine = loop.start('process');
    await engine.begun;
    const found = await loop.verify();
    expect(found).toMatchObject({ ok: true, windows: { checked: 0, wrong: 0 } });
    expect(found.windows.unchecked).toBeGreaterThan(0);
    expect(found.notes.join()).toContain('The engine is running');
    await engine.end('SIGTERM');
  });
});

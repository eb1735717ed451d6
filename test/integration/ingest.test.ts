import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { partitionOf } from '../../src/core/generate/partitioner.js';
import type { IngestSummary } from '../../src/core/run/ingest/ingest.js';
import { pipe } from './pipe.js';
import { kafkaOf, meterPipeline, readTopic } from './topic.js';

const home = inject('home');
const folder = mkdtempSync(join(tmpdir(), 'pipe-ingest-'));
let kafka: Kafka;

beforeAll(async () => {
  kafka = await kafkaOf(home);
});

let files = 0;

function fileOf(extension: string, content: string | Buffer): string {
  const path = join(folder, `events-${files++}.${extension}`);
  writeFileSync(path, content);
  return path;
}

const ingest = (args: string[], input?: string) =>
  pipe(['ingest', ...args, '--home', home, '--json'], input === undefined ? {} : { input });

const event = (index: number) =>
  `{"id":"e${index}", "at":${1_770_000_000_000 + index},"meter":"m${index % 7}","value":${index % 100}.25}`;

describe('NDJSON', () => {
  test('lines are sent as they are, each to the partition of its key', async () => {
    const { file, topic } = meterPipeline();
    const lines = Array.from({ length: 5_000 }, (_, index) => event(index));
    const ran = await ingest([fileOf('ndjson', lines.join('\n')), '--pipeline', file]);
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(ran.json<IngestSummary>()).toMatchObject({
      topic,
      sent: 5_000,
      acked: 5_000,
      rejected: 0,
      rejects: null,
      complete: true,
    });
    const partitions = await readTopic(kafka, topic);
    expect(
      partitions
        .flat()
        .map(({ value }) => value)
        .sort(),
    ).toEqual([...lines].sort());
    for (const [partition, records] of partitions.entries())
      for (const { key, value } of records) {
        expect(key).toBe(JSON.parse(value).meter);
        expect(partitionOf(key, 4)).toBe(partition);
      }
  });

  test('what the processor would refuse is told, counted and kept; the rest is sent', async () => {
    const { file, topic } = meterPipeline();
    const bad = [
      '{"id":',
      '[]',
      '{"id":"x"}',
      event(1).replace('25}', '255}'),
      event(2).replace('17', '99'),
      ...Array.from({ length: 9 }, () => '7'),
    ];
    const input = fileOf('ndjson', [event(0), ...bad, '', event(3)].join('\n'));
    const ran = await ingest([input, '--pipeline', file]);
    expect(ran.exitCode).toBe(0);
    const summary = ran.json<IngestSummary>();
    expect(summary).toMatchObject({ sent: 2, acked: 2, rejected: bad.length });
    expect(readFileSync(summary.rejects!, 'utf8')).toBe(`${bad.join('\n')}\n`);
    expect(ran.stderr).toContain(`${input}:2: not_json`);
    expect(ran.stderr).toContain(`${input}:4: missing_field: at`);
    expect(ran.stderr).toContain(`${input}:5: too_precise: value`);
    expect(ran.stderr).toContain(`${input}:6: future: at`);
    expect(ran.stderr).toContain('… and 4 more');
    expect((await readTopic(kafka, topic)).flat()).toHaveLength(2);
  });

  test('comes from standard input, at a rate', async () => {
    const { file, topic } = meterPipeline();
    const begin = Date.now();
    const ran = await ingest(
      ['-', '--pipeline', file, '--rate', '200'],
      Array.from({ length: 200 }, (_, index) => event(index)).join('\n'),
    );
    expect(ran.json()).toMatchObject({ sent: 200, acked: 200, rejected: 0 });
    expect(Date.now() - begin).toBeGreaterThan(950);
    const times = (await readTopic(kafka, topic)).flat().map(({ timestamp }) => timestamp);
    expect(Math.max(...times) - Math.min(...times)).toBe(995);
  });
});

test('a CSV is typed by the pipeline file; its rejects are a CSV that can be mended and ingested', async () => {
  const { file, topic } = meterPipeline();
  const rows = ['c1,2026-01-31T12:00:00Z,m1,1.5,true', 'c2,2026-01-31T12:00:01Z,m2,much,', 'c3,1769860802000,"m,3",2,'];
  const input = fileOf('csv', `id,at,meter,value,good\n${rows.join('\n')}\n`);
  const summary = (await ingest([input, '--pipeline', file])).json<IngestSummary>();
  expect(summary).toMatchObject({ sent: 2, acked: 2, rejected: 1 });
  const mended = readFileSync(summary.rejects!, 'utf8').replace('much', '3');
  expect((await ingest([fileOf('csv', mended), '--pipeline', file])).json()).toMatchObject({ sent: 1, rejected: 0 });
  const values = (await readTopic(kafka, topic)).flat().map(({ value }) => JSON.parse(value));
  expect(values.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
    { id: 'c1', at: 1_769_860_800_000, meter: 'm1', value: 1.5, good: true },
    { id: 'c2', at: 1_769_860_801_000, meter: 'm2', value: 3 },
    { id: 'c3', at: 1_769_860_802_000, meter: 'm,3', value: 2 },
  ]);
});

describe('bad input', () => {
  test.each([
    [['nowhere.ndjson'], 'cannot read nowhere.ndjson'],
    [[fileOf('txt', 'x')], 'expected a name that ends in .ndjson, .jsonl or .csv'],
    [[fileOf('csv', 'id,at\n1,2\n')], 'expected a column for each required field; missing: meter, value'],
    [[fileOf('ndjson', ''), '--rate', 'max'], '--rate: expected events per second above 0'],
  ])('%o', async (args, message) => {
    const ran = await ingest([...args, '--pipeline', meterPipeline().file]);
    expect(ran.exitCode).toBe(2);
    expect(ran.json<{ error: { message: string } }>().error.message).toContain(message);
  });

  test('nothing but refused lines sends nothing', async () => {
    const { file } = meterPipeline();
    const summary = (await ingest([fileOf('ndjson', 'a\nb\n'), '--pipeline', file])).json<IngestSummary>();
    expect(summary).toMatchObject({ sent: 0, acked: 0, rejected: 2 });
    expect(existsSync(`${summary.rejects}.reasons`)).toBe(true);
  });
});

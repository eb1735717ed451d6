import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import type { Kafka } from 'kafkajs';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { connectKafka } from '../../src/core/broker/client.js';
import { domainFor, domainNames } from '../../src/core/domain/registry.js';
import { parseEventId } from '../../src/core/generate/event-id.js';
import { partitionOf } from '../../src/core/generate/partitioner.js';
import { metadataDigest, seedMetadata, storedMetadata } from '../../src/core/run/generate/metadata.js';
import type { GenerateSummary } from '../../src/core/run/generate/summary.js';
import { closedLedgers } from '../../src/core/run/ledger/close.js';
import { findPipeline } from '../../src/core/run/pipeline-source.js';
import { homeAt } from '../../src/core/runtime/home.js';
import { nodeRuntime, systemClock } from '../../src/core/runtime/node-runtime.js';
import { binary, pipe } from './pipe.js';
import { kafkaOf, meterPipeline, readTopic, type TopicRecord } from './topic.js';

const home = inject('home');
let kafka: Kafka;

beforeAll(async () => {
  kafka = await kafkaOf(home);
});

const generate = (file: string, ...flags: string[]) =>
  pipe(['generate', '--pipeline', file, '--home', home, '--json', ...flags]);

/** A generator in a process of its own, once its ledger says that this many records are acknowledged. */
async function running(file: string, name: string, records: number, ...flags: string[]) {
  const child = execa('node', [binary, 'generate', '--pipeline', file, '--home', home, '--json', ...flags], {
    reject: false,
  });
  while (ackedIn(name) < records) {
    if (child.exitCode !== null) throw new Error(`it ended: ${(await child).stderr}`);
    await pause(20);
  }
  return { child };
}

/** The newest count of the pipeline's last ledger. */
function ackedIn(name: string): number {
  const folder = join(home, 'ledger', name);
  const run = existsSync(folder) ? readdirSync(folder).sort().at(-1) : undefined;
  const path = run && join(folder, run, 'acks.ndjson');
  if (!path || !existsSync(path)) return 0;
  const counts = new Map<number, number>();
  for (const line of readFileSync(path, 'utf8').split('\n').slice(0, -1))
    for (const [partition, records] of JSON.parse(line).acked ?? []) counts.set(partition, records);
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

const countOf = (partitions: TopicRecord[][]) => partitions.reduce((sum, records) => sum + records.length, 0);
const bytesOf = (partitions: TopicRecord[][]) =>
  partitions.map((records) => records.map(({ timestamp, key, value }) => `${timestamp} ${key} ${value}`));
const idsOf = (partitions: TopicRecord[][]): string[] => partitions.flat().map(({ value }) => JSON.parse(value).id);

async function ledgersOf(file: string) {
  const plan = findPipeline(nodeRuntime(), { pipeline: file });
  const { KAFKA_BROKERS } = (await pipe(['env', '--json', '--home', home])).json<{ KAFKA_BROKERS: string }>();
  const client = await connectKafka({ brokers: KAFKA_BROKERS.split(',') }, 'test', systemClock);
  return closedLedgers(homeAt(home), plan, client).finally(() => client.close());
}

describe('a run', () => {
  test('puts into the topic what it says, each event on the partition of its key, at its time', async () => {
    const { file, topic } = meterPipeline();
    const ran = await generate(
      file,
      ...'--rate 4000 --duration 3s --seed 5 --repeat 0.05 --discard 0.05 --late 0.1:1s..5s'.split(' '),
    );
    expect(ran.exitCode, ran.stderr).toBe(0);
    const summary = ran.json<GenerateSummary>();
    const partitions = await readTopic(kafka, topic);
    expect(countOf(partitions)).toBe(summary.acked);
    expect(summary).toMatchObject({ topic, seed: 5, sent: summary.acked, complete: true, rate: { target: 4_000 } });
    expect(summary.rate.achieved / (summary.acked / 3)).toBeGreaterThan(0.97);
    const { injected } = summary;
    expect(summary.sent).toBe(12_000 - injected.discarded + injected.repeated);
    const ids = idsOf(partitions);
    expect(ids.length - new Set(ids).size).toBe(injected.repeated);
    const start = Date.parse(summary.start);
    for (const [partition, records] of partitions.entries())
      for (const { key, timestamp, value } of records) {
        expect(partitionOf(key, 4)).toBe(partition);
        expect(parseEventId(JSON.parse(value).id)?.partition).toBe(partition);
        expect(timestamp).toBeGreaterThanOrEqual(start);
        expect(timestamp).toBeLessThan(start + 3_000);
      }
    const late = new Set(partitions.flat().filter(({ timestamp, value }) => JSON.parse(value).at < timestamp - 900));
    expect(late.size).toBeGreaterThanOrEqual(injected.late);
    const [ledger] = await ledgersOf(file);
    expect(ledger).toMatchObject({ run: summary.run, state: 'complete', running: false });
    expect(ledger!.partitions.map(({ produced }) => produced)).toEqual(partitions.map(({ length }) => length));
  });

  test('has the same bytes for the same seed, name and start, whatever the speed', async () => {
    const flags = '--count 3000 --seed 9 --run same --start 2026-01-05T00:00:00Z --corrupt 0.01 --skew zipf:1.1'.split(
      ' ',
    );
    const paced = meterPipeline();
    const again = meterPipeline();
    expect((await generate(paced.file, '--rate', '20000', ...flags)).exitCode).toBe(0);
    expect((await generate(again.file, '--rate', '20000', ...flags)).exitCode).toBe(0);
    const bytes = bytesOf(await readTopic(kafka, paced.topic));
    expect(bytes.flat()).toHaveLength(3_000);
    expect(bytesOf(await readTopic(kafka, again.topic))).toEqual(bytes);
  });

  test('without a name of its own never has the name of another', async () => {
    const { file, topic } = meterPipeline();
    const flags = '--count 50 --rate max --seed 9 --start 2026-01-05T00:00:00Z'.split(' ');
    const runs = [await generate(file, ...flags), await generate(file, ...flags)].map(
      (ran) => ran.json<GenerateSummary>().run,
    );
    expect(new Set(runs).size).toBe(2);
    expect(new Set(idsOf(await readTopic(kafka, topic))).size).toBe(100);
    const taken = await generate(file, ...flags, '--run', runs[0]!);
    expect(taken.exitCode).toBe(2);
    expect(taken.json()).toMatchObject({ error: { code: 'RUN_EXISTS' } });
  });

  test('ends cleanly on SIGINT, with the summary so far, and can be gone on with', async () => {
    const { file, name, topic } = meterPipeline();
    const { child } = await running(file, name, 1_000, '--rate', '3000', '--count', '9000');
    child.kill('SIGINT');
    const { exitCode, stdout } = await child;
    expect(exitCode).toBe(130);
    const stopped = JSON.parse(stdout) as GenerateSummary;
    expect(stopped.complete).toBe(false);
    expect(countOf(await readTopic(kafka, topic))).toBe(stopped.acked);
    const resumed = (await generate(file, '--resume')).json<GenerateSummary>();
    expect(resumed).toMatchObject({ run: stopped.run, complete: true, acked: 9_000, resumed_from: stopped.acked });
    expect(new Set(idsOf(await readTopic(kafka, topic))).size).toBe(9_000);
  });
});

describe('after kill -9', () => {
  test('the ledger is closed by the topic, and the run goes on without loss or repeat, its times as of now', async () => {
    const { file, name, topic } = meterPipeline();
    const flags = '--rate 5000 --count 20000 --repeat 0.02'.split(' ');
    const { child } = await running(file, name, 2_000, ...flags);
    child.kill('SIGKILL');
    await child;
    const cut = await readTopic(kafka, topic);
    const [open] = await ledgersOf(file);
    expect(open).toMatchObject({ state: 'open', running: false });
    expect(open!.partitions.map(({ produced }) => produced)).toEqual(cut.map(({ length }) => length));
    const resumedAt = Date.now();
    const ran = await generate(file, '--resume', ...flags);
    expect(ran.exitCode, ran.stderr).toBe(0);
    const summary = ran.json<GenerateSummary>();
    const whole = await readTopic(kafka, topic);
    expect(countOf(whole)).toBe(summary.acked);
    expect(summary.acked).toBe(20_000 + summary.injected.repeated);
    expect(new Set(idsOf(whole)).size).toBe(20_000);
    for (const [partition, records] of whole.entries()) {
      const offsets = records.map(({ offset }) => offset);
      expect(offsets).toEqual(offsets.map((_, index) => index));
      for (const { timestamp } of records.slice(cut[partition]!.length)) expect(timestamp).toBeGreaterThan(resumedAt);
    }
    const [closed] = await ledgersOf(file);
    expect(closed!.state).toBe('complete');
    expect(closed!.partitions.reduce((sum, { injected }) => sum + injected.repeated, 0)).toBe(
      summary.injected.repeated,
    );
  });

  test('a run whose start was given has the bytes of one that was never cut', async () => {
    const flags =
      '--rate 5000 --count 15000 --seed 3 --run cut --start 2026-02-01T00:00:00Z --late 0.1:1s..9s --repeat 0.05'.split(
        ' ',
      );
    const straight = meterPipeline();
    expect((await generate(straight.file, ...flags)).exitCode).toBe(0);
    const { file, name, topic } = meterPipeline();
    const { child } = await running(file, name, 2_000, ...flags);
    child.kill('SIGKILL');
    await child;
    expect((await generate(file, '--resume')).exitCode).toBe(0);
    expect(bytesOf(await readTopic(kafka, topic))).toEqual(bytesOf(await readTopic(kafka, straight.topic)));
  });

  test('a frozen generator still owns its run', async () => {
    const { file, name, topic } = meterPipeline();
    const { child } = await running(file, name, 500, '--rate', '2000', '--count', '5000');
    child.kill('SIGSTOP');
    const refused = await generate(file, '--resume');
    expect(refused.exitCode).toBe(3);
    expect(refused.json()).toMatchObject({ error: { code: 'RUN_RUNNING' } });
    child.kill('SIGCONT');
    expect((await child).exitCode).toBe(0);
    expect(new Set(idsOf(await readTopic(kafka, topic))).size).toBe(5_000);
  });
});

describe('the topic', () => {
  test('of another number of partitions is refused', async () => {
    const { file, name } = meterPipeline();
    expect((await generate(file, '--count', '10', '--rate', 'max')).exitCode).toBe(0);
    const other = meterPipeline({ name, partitions: 3 });
    const refused = await generate(other.file, '--count', '10');
    expect(refused.exitCode).toBe(2);
    expect(refused.json()).toMatchObject({
      error: { code: 'PARTITIONS_CHANGED', message: expect.stringContaining('expected 3 partitions, found 4') },
    });
  });

  test('made anew is refused to a run that began in the old one, and its ledgers do not count', async () => {
    const { file, name, topic } = meterPipeline();
    const { child } = await running(file, name, 200, '--rate', '1000', '--count', '5000');
    child.kill('SIGKILL');
    await child;
    const admin = kafka.admin();
    await admin.deleteTopics({ topics: [topic] });
    while ((await admin.listTopics()).includes(topic)) await pause(50);
    await admin.disconnect();
    expect(await ledgersOf(file)).toEqual([]);
    const refused = await generate(file, '--resume');
    expect(refused.exitCode).toBe(2);
    expect(refused.json()).toMatchObject({ error: { code: 'TOPIC_RECREATED' } });
    expect(await ledgersOf(file)).toEqual([]);
  });

  test('deleted under a run ends it with what happened', async () => {
    const { file, name, topic } = meterPipeline();
    const { child } = await running(file, name, 200, '--rate', '500', '--duration', '60s');
    const admin = kafka.admin();
    await admin.deleteTopics({ topics: [topic] });
    await admin.disconnect();
    const { exitCode, stdout } = await child;
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'TOPIC_RECREATED' } });
  });

  test('keeps records that are older than its retention, and their letters, whether an engine was there before or not', async () => {
    const { file, name, topic } = meterPipeline();
    const process = () => pipe(['process', '--pipeline', file, '--home', home, '--json', '--until-caught-up']);
    const topics = [topic, `${name}.dlq`, `${name}.late`];
    for (const start of ['2020-01-01T00:00:00Z', '2010-01-01T00:00:00Z']) {
      expect((await generate(file, '--count', '10', '--rate', 'max', '--start', start)).exitCode).toBe(0);
      if (start.startsWith('2020')) expect((await process()).exitCode).toBe(0);
      for (const config of await configsOf(topics, ['retention.ms']))
        expect(Number(config['retention.ms'])).toBeGreaterThan(Date.now() - Date.parse(start));
    }
    expect(await configsOf([topic], ['retention.bytes', 'message.timestamp.type'])).toEqual([
      { 'retention.bytes': String(2 ** 31), 'message.timestamp.type': 'CreateTime' },
    ]);
  });
});

/** What these settings are, topic by topic. */
async function configsOf(topics: readonly string[], configNames: string[]): Promise<Record<string, string>[]> {
  const admin = kafka.admin();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: 2, name, configNames })),
  });
  await admin.disconnect();
  return resources.map(({ configEntries }) =>
    Object.fromEntries(configEntries.map(({ configName, configValue }) => [configName, configValue])),
  );
}

describe('metadata', () => {
  test.each(domainNames)('of %s is the same for a dry run as out of PostgreSQL', async (name) => {
    const runtime = nodeRuntime();
    const plan = findPipeline(runtime, { domain: name });
    const domain = domainFor(plan);
    const { DATABASE_URL } = (await pipe(['env', '--json', '--home', home])).json<{ DATABASE_URL: string }>();
    const stored = await storedMetadata(runtime, { url: DATABASE_URL }, plan, domain);
    expect(metadataDigest(await seedMetadata(runtime, plan, domain))).toBe(metadataDigest(stored));
  });
});

describe('a dry run', () => {
  test('prints the events that a run of that seed, name and start sends, without any service', async () => {
    const { file, topic } = meterPipeline();
    const flags = '--seed 4 --run dry --start 2026-03-01T00:00:00Z --rate 5000 --count 40 --pipeline'.split(' ');
    const nowhere = join(home, 'data');
    const dry = await pipe(['generate', ...flags, file, '--dry-run', '--sample', '40', '--home', nowhere]);
    expect(dry.exitCode, dry.stderr).toBe(0);
    expect((await generate(file, ...flags.slice(0, -1))).exitCode).toBe(0);
    const sent = (await readTopic(kafka, topic)).flat().map(({ value }) => value);
    expect(dry.stdout.split('\n').sort()).toEqual(sent.sort());
    const { sample } = (await pipe(['generate', ...flags, file, '--dry-run', '--json'])).json<{ sample: unknown[] }>();
    expect(sample).toHaveLength(10);
  });
});

describe('bad input', () => {
  test.each([
    [['--rate', 'fast'], '--rate: expected events per second above 0, or max, got "fast"'],
    [['--count', '5', '--duration', '3s'], '--count and --duration: expected one of them'],
    [['--resume'], 'no run of meter'],
    [['--sample', '3'], '--dry-run'],
  ])('%o', async (flags, message) => {
    const ran = await generate(meterPipeline().file, ...flags);
    expect(ran.exitCode).toBe(2);
    expect(ran.json<{ error: { message: string } }>().error.message).toContain(message);
  });
});

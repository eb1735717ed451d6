import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, inject, it } from 'vitest';
import { answer, Loop } from './loop.js';
import { ownPipeline } from './own-pipeline.js';
import { pipe } from './pipe.js';
import { kafkaClient } from './topic-records.js';

interface Failure {
  error: { code: string; message: string; hint: string };
}

describe('refuses', () => {
  it('a topic of another id than its state belongs to, and one with other partitions', async () => {
    const file = ownPipeline('remade');
    const loop = new Loop(file);
    await loop.generate('--count', '200', '--rate', 'max');
    await loop.catchUp();
    const admin = (await kafkaClient()).admin();
    await admin.connect();
    try {
      await admin.createPartitions({ topicPartitions: [{ topic: 'remade.events', count: 3 }] });
      const changed = answer<Failure>(await loop.run('process', '--until-caught-up'), 2).error;
      expect(changed).toMatchObject({ code: 'PARTITIONS_CHANGED', message: expect.stringContaining('expected 2') });
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace('partitions: 2', 'partitions: 3'));
      const followed = answer<Failure>(await loop.run('process', '--until-caught-up'), 2).error;
      expect(followed.code).toBe('PARTITIONS_CHANGED');
      writeFileSync(file, text);
      await admin.deleteTopics({ topics: ['remade.events'] });
      const remade = answer<Failure>(await loop.run('process', '--until-caught-up'), 2).error;
      expect(remade).toMatchObject({ code: 'TOPIC_RECREATED', message: expect.stringContaining('remade.events') });
    } finally {
      await admin.disconnect();
    }
  });

  it('metadata that is not there, naming the table and the remedy', async () => {
    const file = ownPipeline('unjoined');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(
        'windows:',
        `enrich:
  - table: sensors
    on: { field: sensor, column: sensor_id }
    take: { room: room }
metadata:
  tables:
    sensors: { columns: { sensor_id: text, room: text }, key: sensor_id, rows: [{ sensor_id: s, room: r }] }
windows:`,
      ),
    );
    const { error } = answer<Failure>(await new Loop(file).run('process', '--until-caught-up'), 3);
    expect(error.message).toContain('needs table unjoined.sensors');
    expect(error.hint).toContain('pipe seed');
  });

  it('rows that no checkpoint of this home speaks of', async () => {
    const loop = new Loop(ownPipeline('orphans'));
    await loop.generate('--count', '100', '--rate', 'max');
    await loop.catchUp();
    rmSync(loop.engineFolder('orphans'), { recursive: true });
    const { error } = answer<Failure>(await loop.run('process', '--until-caught-up'), 2);
    expect(error).toMatchObject({ code: 'NO_CHECKPOINT', message: expect.stringContaining('orphans_events') });
  });

  it.each([
    ['an unknown engine', ['--engine', 'flonk'], 2],
    ['no pipeline', ['--pipeline', '/nowhere.yaml'], 2],
    ['an unknown domain', ['--domain', 'nope'], 2],
  ])('%s', async (_, args, exit) => {
    const select = args[0] === '--engine' ? ['--domain', 'iot', ...args] : args;
    const ran = await pipe(['process', ...select, '--home', inject('home'), '--json']);
    expect(answer<Failure>(ran, exit).error.message).not.toBe('');
  });
});

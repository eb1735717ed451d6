import { expect, it } from 'vitest';
import { jarPath, readJarLock } from '../../../../src/core/stack/jars/lock-file.js';

it('names the place of a jar as Maven lays it out', () => {
  expect(jarPath({ coordinates: 'org.apache.kafka:kafka_2.13:4.1.1' })).toBe(
    'org/apache/kafka/kafka_2.13/4.1.1/kafka_2.13-4.1.1.jar',
  );
});

it('the shipped list is whole: each jar once, the broker in the version that it says', () => {
  const { version, jars } = readJarLock(process.cwd());
  const coordinates = jars.map((jar) => jar.coordinates);
  expect(new Set(coordinates).size).toBe(coordinates.length);
  expect(coordinates).toContain(`org.apache.kafka:kafka_2.13:${version}`);
});

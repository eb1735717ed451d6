import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { nodeRuntime } from '../../src/core/runtime/node-runtime.js';
import { jarPaths } from '../../src/core/stack/jars/ensure-jars.js';
import { freePort } from '../../src/core/stack/net/ports.js';
import { javaFile } from '../../src/core/stack/services/java.js';
import { describeKafka } from '../../src/core/stack/services/kafka-probe.js';
import { mountsOf, root, serviceOf, withDefaults } from '../unit/docker/compose.js';
import { kafkaProperties } from '../unit/docker/kafka-properties.js';
import { eventually } from './eventually.js';

const folder = mkdtempSync(join(tmpdir(), 'pipe-docker-kafka-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a broker starts with what its container would read, and answers on the published port', async () => {
  const runtime = nodeRuntime();
  const { environment = {} } = serviceOf('kafka');
  const mounted = mountsOf(serviceOf('kafka')).find(({ target }) => target === '/mnt/shared/config')!.source;
  const ports = new Set<number>();
  while (ports.size < 3) ports.add(await freePort(Math.random));
  const [broker, host, controller] = [...ports];
  // Other ports, on loopback alone, and another folder. Nobody asks at kafka:19092, the name of the container: a single broker does not either.
  const here = (value: string) =>
    withDefaults(value)
      .replaceAll('0.0.0.0', '127.0.0.1')
      .replaceAll(':19092', `:${broker}`)
      .replaceAll(':9092', `:${host}`)
      .replaceAll(':9093', `:${controller}`)
      .replace('/var/lib/kafka/data', join(folder, 'data'));
  const lines = Object.entries(kafkaProperties(environment)).map(([name, value]) => `${name}=${here(value)}`);
  const file = join(folder, 'server.properties');
  writeFileSync(file, `${readFileSync(join(root, mounted, 'server.properties'), 'utf8')}\n${lines.join('\n')}\n`);
  const java = [
    ...`${environment.KAFKA_HEAP_OPTS} ${environment.KAFKA_JVM_PERFORMANCE_OPTS}`.split(' '),
    ...['-cp', jarPaths(runtime).join(delimiter)],
  ];
  const id = '5L6g3nShT-eMCtK--X86sw';
  const format = ['kafka.tools.StorageTool', 'format', `--cluster-id=${id}`, '-c', file];
  await promisify(execFile)(javaFile(runtime.env), [...java, ...format]);
  const kafka = spawn(javaFile(runtime.env), [...java, 'kafka.Kafka', file], { cwd: folder, stdio: 'ignore' });
  const ended = once(kafka, 'exit');
  try {
    const answered = await eventually('the broker answers', async () => {
      if (kafka.exitCode !== null) throw new Error(`it ended with code ${kafka.exitCode}`);
      return await describeKafka({ brokers: [`127.0.0.1:${host}`] }).catch(() => undefined);
    });
    expect(answered).toEqual({ brokers: 1, clusterId: id });
  } finally {
    kafka.kill();
    await ended;
  }
});

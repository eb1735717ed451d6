import { describe, expect, test } from 'vitest';
import type { ClusterBroker } from '../../../src/core/broker/kafkajs-cluster.js';
import { produce } from '../../../src/core/broker/produce.js';
import { RecordBatchWriter } from '../../../src/core/broker/record-batch/encode.js';
import { VirtualClock } from '../virtual-clock.js';
import { batchesOf, upTo, valuesIn } from './numbered-batches.js';
import { type Fault, SimulatedBroker } from './simulated-broker.js';

const anyone = (baseSequence = 0) => ({ producerId: 7n, producerEpoch: 0, baseSequence });

async function setUp(faults: readonly Fault[] = []) {
  const simulated = new SimulatedBroker(faults, new VirtualClock(), undefined, 3);
  const broker: ClusterBroker = await simulated.client.cluster.findBroker({ nodeId: '1' });
  const send = (partition: number, batch: Buffer) => produce(broker, 't', partition, batch);
  return { simulated, send };
}

/** As PartitionProducer hands them over: `counts` records each, one after the other. */
const encoded = (counts: readonly number[]) => {
  let first = 0;
  return batchesOf(counts).map((batch) => {
    const bytes = Buffer.from(batch.finish(anyone(first)));
    first += batch.count;
    return bytes;
  });
};

describe('Produce requests', () => {
  test('batches for several partitions, handed over at once, share one', async () => {
    const { simulated, send } = await setUp();
    const [batch] = encoded([4]);
    expect(await Promise.all([send(0, batch!), send(2, batch!), send(1, batch!)])).toEqual([0, 0, 0]);
    expect(simulated.requests).toBe(1);
    for (const partition of [0, 1, 2]) expect(valuesIn(simulated, partition)).toEqual(upTo(4));
  });

  test('a second batch of a partition goes in a second one, behind the first', async () => {
    const { simulated, send } = await setUp();
    const [first, second] = encoded([4, 3]);
    expect(await Promise.all([send(0, first!), send(1, first!), send(0, second!), send(1, second!)])).toEqual([
      0, 0, 4, 4,
    ]);
    expect(simulated.requests).toBe(2);
    for (const partition of [0, 1]) expect(valuesIn(simulated, partition)).toEqual(upTo(7));
  });

  test('what is handed over later does not wait for it', async () => {
    const { simulated, send } = await setUp();
    const [first, second] = encoded([4, 3]);
    await send(0, first!);
    await send(0, second!);
    expect(simulated.requests).toBe(2);
  });

  test('more than 1 MiB does not share one', async () => {
    const { simulated, send } = await setUp();
    const writer = new RecordBatchWriter(700_000);
    writer.append(1, null, Buffer.alloc(600_000, '7'));
    const large = writer.finish(anyone());
    const [small] = encoded([1]);
    await Promise.all([send(0, large), send(1, large), send(2, small!)]);
    expect(simulated.requests).toBe(2);
    expect(simulated.partitions.map(({ log }) => log.length)).toEqual([1, 1, 1]);
  });

  test('the answer of one partition is not the answer of another', async () => {
    const { simulated, send } = await setUp(['not leader']);
    const [batch] = encoded([4]);
    const [taken, refused] = await Promise.allSettled([send(0, batch!), send(1, batch!)]);
    expect(taken).toEqual({ status: 'fulfilled', value: 0 });
    expect(refused).toMatchObject({ status: 'rejected', reason: { kafkaName: 'NOT_LEADER_OR_FOLLOWER' } });
    expect(valuesIn(simulated, 1)).toEqual([]);
  });

  test('a connection that ends fails every batch of the request', async () => {
    const { send } = await setUp(['lost answer']);
    const [batch] = encoded([4]);
    const all = await Promise.allSettled([send(0, batch!), send(1, batch!)]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

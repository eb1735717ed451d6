import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PartitionProducer } from '../../../src/core/broker/partition-producer.js';
import { newProducerId, type ProducerIdentity, progressInLog } from '../../../src/core/broker/producer-identity.js';
import { VirtualClock } from '../virtual-clock.js';
import { batchesOf, sumOf, upTo, valuesIn } from './numbered-batches.js';
import { type Fault, SimulatedBroker } from './simulated-broker.js';

function setUp(faults: readonly Fault[], { records = 0, nextOffset = 0, partitions = 1 } = {}) {
  const broker = new SimulatedBroker(faults, new VirtualClock(), undefined, partitions);
  const producers = broker.partitions.map((_, partition) => {
    const identities: ProducerIdentity[] = [{ id: 7n, epoch: 0, firstRecord: 0 }];
    const producer = new PartitionProducer(broker.client, {
      topic: 't',
      topicId: broker.topicId,
      partition,
      identities,
      records,
      nextOffset,
      deliveryTimeoutMs: 60_000,
      renew: async (firstRecord) => {
        const identity = { ...(await newProducerId(broker.client)), firstRecord };
        identities.push(identity);
        return identity;
      },
    });
    return { producer, identities };
  });
  return { broker, producers, ...producers[0]! };
}

const fault = fc.constantFrom<Fault>('none', 'none', 'lost request', 'lost answer', 'not leader', 'forgets producer');

describe('a partition’s producer', () => {
  test('whatever befalls its requests, the log has every record once, in order, where the acknowledgements say', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 25 }),
        fc.array(fault, { maxLength: 25 }),
        fc.integer({ min: 1, max: 4 }),
        async (counts, faults, partitions) => {
          const { broker, producers } = setUp(faults, { partitions });
          const sends = producers.map(({ producer }) => batchesOf(counts).map((batch) => producer.send(batch)));
          const total = sumOf(counts);
          for (const [partition, { identities }] of producers.entries()) {
            const told = await Promise.all(sends[partition]!);
            expect(valuesIn(broker, partition)).toEqual(upTo(total));
            expect(told).toEqual(counts.map((_, at) => sumOf(counts.slice(0, at))));
            const known = { records: 0, nextOffset: 0, bytes: 0 };
            const progress = await progressInLog(broker.client, { topic: 't', partition }, identities, known);
            expect(progress).toMatchObject({ records: total, nextOffset: total });
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a run that was cut off anywhere goes on from what the log holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }),
        fc.nat({ max: 11 }),
        fc.nat({ max: 11 }),
        async (counts, cut, filed) => {
          const first = setUp([]);
          const before = counts.slice(0, cut);
          await Promise.all(batchesOf(before).map((batch) => first.producer.send(batch)));
          const ledger = sumOf(before.slice(0, filed));
          const known = { records: ledger, nextOffset: ledger, bytes: 0 };
          const { broker, identities } = first;
          const found = await progressInLog(broker.client, { topic: 't', partition: 0 }, identities, known);
          const second = new PartitionProducer(broker.client, {
            topic: 't',
            topicId: broker.topicId,
            partition: 0,
            identities,
            ...found,
            deliveryTimeoutMs: 60_000,
            renew: () => Promise.reject(new Error('the old identity must do')),
          });
          await Promise.all(batchesOf(counts.slice(cut), found.records).map((batch) => second.send(batch)));
          expect(valuesIn(broker)).toEqual(upTo(sumOf(counts)));
        },
      ),
    );
  });

  test('a batch of the old process that arrives after the tail was read is noticed, and nothing comes twice', async () => {
    const { broker, producer, identities } = setUp([]);
    await producer.send(batchesOf([3])[0]!);
    const stale = { records: 3, nextOffset: 3 };
    await producer.send(batchesOf([2], 3)[0]!);
    const late = new PartitionProducer(broker.client, {
      topic: 't',
      topicId: broker.topicId,
      partition: 0,
      identities,
      ...stale,
      deliveryTimeoutMs: 60_000,
      renew: () => Promise.reject(new Error('the old identity must do')),
    });
    await expect(late.send(batchesOf([4], 3)[0]!)).rejects.toThrow(/part of a batch/);
    expect(valuesIn(broker)).toEqual(upTo(5));
  });

  test('gives up after the delivery timeout, with a missing error', async () => {
    const { producer, broker } = setUp(Array.from({ length: 500 }, () => 'lost request' as const));
    await expect(producer.send(batchesOf([1])[0]!)).rejects.toMatchObject({ code: 'KAFKA_NO_ACK', exit: 3 });
    expect(broker.clock.monotonic()).toBeGreaterThan(60_000);
    await expect(producer.send(batchesOf([1])[0]!)).rejects.toMatchObject({ code: 'KAFKA_NO_ACK' });
  });

  test('refuses a topic that was made anew', async () => {
    const { producer, broker } = setUp(['not leader']);
    broker.topicId = 'b'.repeat(32);
    await expect(producer.send(batchesOf([1])[0]!)).rejects.toMatchObject({ code: 'TOPIC_RECREATED', exit: 2 });
  });

  test('notices a log that lost what was acknowledged', async () => {
    const { producer } = setUp([], { records: 10, nextOffset: 10 });
    await expect(producer.send(batchesOf([1], 10)[0]!)).rejects.toMatchObject({ code: 'LOG_TRUNCATED' });
  });
});

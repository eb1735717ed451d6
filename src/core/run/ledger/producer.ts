import type { KafkaClient } from '../../broker/client.js';
import { PartitionProducer } from '../../broker/partition-producer.js';
import { newProducerId } from '../../broker/producer-identity.js';
import type { Ledger } from './ledger.js';

/** As long as Kafka's own producer waits by default. */
const deliveryTimeoutMs = 120_000;

/** The producer of one partition, standing where the run's ledger says; a new producer id is on file before it is used. */
export function ledgerProducer(client: KafkaClient, ledger: Ledger, partition: number): PartitionProducer {
  const { topic, topicId } = ledger.header;
  const { records, nextOffset, identities } = ledger.state.partitions[partition]!;
  return new PartitionProducer(client, {
    topic,
    topicId,
    partition,
    identities,
    records,
    nextOffset,
    deliveryTimeoutMs,
    renew: async (firstRecord) => {
      const identity = { ...(await newProducerId(client)), firstRecord };
      ledger.renew(partition, identity);
      return identity;
    },
  });
}

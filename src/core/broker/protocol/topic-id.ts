import { type Exchange, exchange } from '../kafkajs-cluster.js';
import { KafkaFailure } from './failure.js';
import { WireReader, WireWriter } from './wire.js';

/**
 * Metadata, version 12, for the one thing that kafkajs's own (up to version 6) lacks: the topic's id, which a topic that was deleted and made
 * again does not share with its forerunner. 32 hexadecimal digits.
 */
export function topicIdExchange(topic: string): Exchange<string> {
  const body = new WireWriter()
    .unsignedVarint(0)
    .unsignedVarint(2)
    .bytes(Buffer.alloc(16))
    .compactString(topic)
    .unsignedVarint(0)
    .int8(0)
    .int8(0)
    .unsignedVarint(0)
    .finish();
  return exchange({ key: 3, version: 12, name: 'Metadata' }, body, (payload) => {
    const reader = new WireReader(payload);
    reader.skipTags();
    const clientSideThrottleTime = reader.int32();
    reader.compactArray(() => skipBroker(reader));
    reader.compactString();
    reader.int32();
    const topics = reader.compactArray(() => {
      const code = reader.int16();
      reader.compactString();
      const id = reader.take(16).toString('hex');
      reader.int8();
      reader.compactArray(() => skipPartition(reader));
      reader.int32();
      reader.skipTags();
      return { code, id };
    });
    const [found] = topics;
    if (found?.code !== 0) throw new KafkaFailure('Metadata', found?.code ?? 3);
    return { clientSideThrottleTime, value: found.id };
  });
}

function skipBroker(reader: WireReader): void {
  reader.int32();
  reader.compactString();
  reader.int32();
  reader.compactString();
  reader.skipTags();
}

function skipPartition(reader: WireReader): void {
  reader.int16();
  for (let field = 0; field < 3; field++) reader.int32();
  for (let list = 0; list < 3; list++) reader.compactArray(() => reader.int32());
  reader.skipTags();
}

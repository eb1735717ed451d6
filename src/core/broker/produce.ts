import type { ClusterBroker } from './kafkajs-cluster.js';
import { KafkaFailure } from './protocol/failure.js';
import { type ProducePart, produceExchange } from './protocol/produce.js';

/** As max.request.size of Kafka's own producer: what is larger goes alone. */
const requestBytes = 1 << 20;

interface Part extends ProducePart {
  acked(baseOffset: number): void;
  failed(error: unknown): void;
}

interface Request {
  topic: string;
  bytes: number;
  parts: Map<number, Part>;
}

const gathered = new WeakMap<ClusterBroker, Request>();

/**
 * Sends one batch to the broker that leads its partition and answers with the offset of its first record. What is handed over before the next
 * microtask shares a request, one batch for each partition: most of what a small batch costs, here and in the broker, is the request's.
 * Batches of one partition go out in the order of the calls while the connection stands. The batch is copied when the request goes out.
 */
export function produce(broker: ClusterBroker, topic: string, partition: number, batch: Buffer): Promise<number> {
  return new Promise((acked, failed) => {
    const request = openFor(broker, topic, partition, batch.length);
    request.parts.set(partition, { partition, batch, acked, failed });
    request.bytes += batch.length;
  });
}

function openFor(broker: ClusterBroker, topic: string, partition: number, bytes: number): Request {
  const open = gathered.get(broker);
  if (open && open.topic === topic && !open.parts.has(partition) && open.bytes + bytes <= requestBytes) return open;
  if (open) void transmit(broker, open);
  const request: Request = { topic, bytes: 0, parts: new Map() };
  gathered.set(broker, request);
  queueMicrotask(() => {
    if (gathered.get(broker) === request) void transmit(broker, request);
  });
  return request;
}

async function transmit(broker: ClusterBroker, { topic, parts }: Request): Promise<void> {
  gathered.delete(broker);
  try {
    const answers = await broker.connectionPool.send(produceExchange(topic, [...parts.values()]));
    for (const { partition, code, baseOffset } of answers) {
      const part = parts.get(partition);
      parts.delete(partition);
      if (code === 0) part?.acked(baseOffset);
      else part?.failed(new KafkaFailure('Produce', code));
    }
    for (const { failed, partition } of parts.values())
      failed(new Error(`the broker's answer to Produce lacks partition ${partition} of ${topic}`));
  } catch (error) {
    for (const { failed } of parts.values()) failed(error);
  }
}

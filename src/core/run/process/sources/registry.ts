import type { KafkaClient } from '../../../broker/client.js';
import type { Runtime } from '../../../runtime/runtime.js';
import { fetchSource } from './fetch-source.js';
import { referenceSource } from './reference-source.js';
import type { RecordSource } from './source.js';

/** Ways to read the topic, by the name of the engine that uses them. */
export const sources = {
  builtin: fetchSource,
  reference: referenceSource,
} as const satisfies Record<string, (runtime: Runtime, client: KafkaClient, topic: string) => RecordSource>;

export type EngineName = keyof typeof sources;
export const engineNames = Object.keys(sources) as EngineName[];

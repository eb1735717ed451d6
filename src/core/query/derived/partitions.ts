import { quoteIdentifier } from '../../sink/identifiers.js';
import { rawTable } from '../../sink/names.js';
import type { Derivation } from './derivation.js';

/** `partitions`: what is stored of each Kafka partition. */
export const partitions: Derivation = (plan) => {
  const time = quoteIdentifier(plan.fields[plan.time]!.name);
  return [
    {
      name: 'partitions',
      description: 'Stored events, offsets and event times of each Kafka partition.',
      sql: `SELECT _partition AS partition, count() AS events, min(_offset) AS first_offset, max(_offset) AS last_offset,
  min(${time}) AS first_time, max(${time}) AS last_time
FROM ${quoteIdentifier(rawTable(plan))}
GROUP BY partition ORDER BY partition`,
      params: {},
    },
  ];
};

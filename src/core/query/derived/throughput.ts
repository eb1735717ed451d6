import { quoteIdentifier } from '../../sink/identifiers.js';
import { rawTable } from '../../sink/names.js';
import type { Derivation } from './derivation.js';

/** `throughput`: events per second of event time, and how long after it they reached Kafka. */
export const throughput: Derivation = (plan) => {
  const table = quoteIdentifier(rawTable(plan));
  const time = quoteIdentifier(plan.fields[plan.time]!.name);
  return [
    {
      name: 'throughput',
      description: 'Events per second in steps of `step` seconds of event time, with the delay from event to Kafka.',
      sql: `SELECT toStartOfInterval(${time}, toIntervalSecond({step:UInt32})) AS from_time, count() AS events,
  round(count() / {step:UInt32}, 1) AS events_per_s,
  round(quantile(0.5)(date_diff('ms', ${time}, _record_time))) AS delay_p50_ms,
  round(quantile(0.99)(date_diff('ms', ${time}, _record_time))) AS delay_p99_ms
FROM ${table}
WHERE ${time} >= (SELECT max(${time}) FROM ${table}) - toIntervalSecond({step:UInt32} * {limit:UInt32})
GROUP BY from_time ORDER BY from_time DESC LIMIT {limit:UInt32}`,
      params: { step: 10, limit: 20 },
    },
  ];
};

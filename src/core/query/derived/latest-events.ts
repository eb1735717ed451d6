import { quoteIdentifier } from '../../sink/identifiers.js';
import { rawTable } from '../../sink/names.js';
import type { Derivation } from './derivation.js';

/** `latest_events`: the newest stored events, by event time. */
export const latestEvents: Derivation = (plan) => {
  const table = quoteIdentifier(rawTable(plan));
  const time = quoteIdentifier(plan.fields[plan.time]!.name);
  return [
    {
      name: 'latest_events',
      description: 'The newest stored events by event time, of the last `seconds` before the newest one.',
      sql: `SELECT * FROM ${table}
WHERE ${time} >= (SELECT max(${time}) FROM ${table}) - toIntervalSecond({seconds:UInt32})
ORDER BY ${time} DESC, _partition, _offset
LIMIT {limit:UInt32}`,
      params: { seconds: 60, limit: 20 },
    },
  ];
};

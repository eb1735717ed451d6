import { quoteIdentifier } from '../../sink/identifiers.js';
import { alertView } from '../../sink/names.js';
import type { Derivation } from './derivation.js';

/** `alerts_latest`: the newest alerts, of all detectors or of those whose name is like `detector`. */
export const alertsLatest: Derivation = (plan) => [
  {
    name: 'alerts_latest',
    description: 'The newest alerts by event time; `detector` is a name, or a pattern with %.',
    sql: `SELECT time, detector, severity, keys, evidence, id
FROM ${quoteIdentifier(alertView(plan))}
WHERE detector LIKE {detector:String}
ORDER BY time DESC, id
LIMIT {limit:UInt32}`,
    params: { detector: '%', limit: 20 },
  },
];

import { quoteIdentifier } from '../../sink/identifiers.js';
import { alertView } from '../../sink/names.js';
import type { Derivation } from './derivation.js';

/** `alerts_by_detector`: how much each detector says, and about how many keys. */
export const alertsByDetector: Derivation = (plan) => [
  {
    name: 'alerts_by_detector',
    description: 'Alerts of each detector: how many, of how many keys, the first and the newest by event time.',
    sql: `SELECT detector, any(kind) AS kind, severity, count() AS alerts, uniqExact(keys) AS different_keys,
  min(time) AS first_time, max(time) AS newest_time
FROM ${quoteIdentifier(alertView(plan))}
GROUP BY detector, severity
ORDER BY alerts DESC, detector, severity`,
    params: {},
  },
];

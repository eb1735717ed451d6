import type { Message } from 'kafkajs';
import type { Plan } from '../../pipeline/plan.js';
import type { Alert } from '../../process/detect/kind.js';

/**
 * An alert as a record of its topic: in the partition of its event, with the event's Kafka key, so that order within a key stays. One on a window has
 * that key when the window is grouped by it. Its timestamp is when it is sent: Kafka would delete alerts on old events at once.
 */
export function alertMessage(plan: Plan, alert: Alert): Message {
  const key = alert.keys[plan.fields[plan.key]!.name];
  return {
    partition: alert.partition,
    key: key === undefined || key === null ? null : String(key),
    value: JSON.stringify(alert),
    headers: { id: alert.id, detector: alert.detector },
  };
}

import { expect, it } from 'vitest';
import type { Alert } from '../../../../src/core/process/detect/kind.js';
import { alertMessage } from '../../../../src/core/run/process/alert-message.js';
import { planOf } from '../../sink/fixture.js';

const alert: Alert = {
  id: 'hot/3-17',
  detector: 'hot',
  kind: 'threshold',
  severity: 'warning',
  keys: { user_id: 'ü1', quantity: 2 },
  time: 1_700_000_000_000,
  partition: 3,
  offset: 17,
  evidence: { value: 99.5 },
};

it('lies in the partition of its event and under its key, is known by its headers, and holds all of the alert', () => {
  const { value, ...message } = alertMessage(planOf(), alert);
  expect(message).toEqual({
    partition: 3,
    key: 'ü1',
    headers: { id: 'hot/3-17', detector: 'hot' },
  });
  expect(JSON.parse(String(value))).toEqual(alert);
});

it.each([
  ['that is not grouped by the Kafka key', { kind: 'view' }],
  ['of rows without one', { user_id: null }],
])('has no key when it is on a window %s', (_, keys) => {
  expect(alertMessage(planOf(), { ...alert, partition: 0, offset: -1, keys })).toMatchObject({
    partition: 0,
    key: null,
  });
});

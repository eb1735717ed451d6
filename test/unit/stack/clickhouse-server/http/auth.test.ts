import { expect, test } from 'vitest';
import { authenticate } from '../../../../../src/core/stack/clickhouse-server/http/auth.js';

const users = { writer: { name: 'w', password: 'secret-one' }, reader: { name: 'r', password: 'secret-two' } };

test('each user has its role', () => {
  expect(authenticate(users, { user: 'w', password: 'secret-one' })).toBe('writer');
  expect(authenticate(users, { user: 'r', password: 'secret-two' })).toBe('reader');
});

test.each([
  ['no credentials', undefined, 194],
  ['a wrong password', { user: 'w', password: 'secret-on' }, 516],
  ['the other user', { user: 'r', password: 'secret-one' }, 516],
  ['no password', { user: 'w', password: '' }, 516],
  ['an unknown user', { user: 'default', password: '' }, 516],
])('%s', (_, credentials, code) => {
  expect(() => authenticate(users, credentials)).toThrow(expect.objectContaining({ code }));
});

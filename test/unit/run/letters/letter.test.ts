import { expect, it } from 'vitest';
import { letterOf } from '../../../../src/core/run/letters/letter.js';

const record = { time: 5, key: null, value: null };
const headers = { reason: 'not_json', field: '', topic: 'a.events', partition: '2', offset: '17' };
const letter = (change: Record<string, string | undefined>) =>
  letterOf(
    new Map(
      Object.entries({ ...headers, ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    record,
  );

it('is known by where the record came from', () => {
  expect(letter({})).toMatchObject({ topic: 'a.events', partition: 2, offset: 17, reason: 'not_json' });
});

it('has no reason when it is late', () => {
  expect(letter({ reason: undefined, field: undefined })).toMatchObject({ reason: 'late', field: '' });
});

it.each([
  ['no offset', { offset: undefined }],
  ['no topic', { topic: undefined }],
  ['an offset that is no number', { offset: '1e3' }],
  ['an offset that no double holds', { offset: '90071992547409910' }],
  ['a negative partition', { partition: '-1' }],
])('is none with %s', (_, change) => {
  expect(letter(change)).toBeUndefined();
});

import { expect, it } from 'vitest';
import { expectationOf } from '../../../../src/core/run/letters/expectation.js';
import { plan } from './fixture.js';

it.each([
  ['not_json', '', 'one JSON object in UTF-8'],
  ['out_of_range', 'price', 'a number with at most 2 digits after the point from 0 to 50, required'],
  ['not_allowed', 'kind', 'a string among small, large, required'],
  ['wrong_type', 'damaged', 'true or false, optional'],
  ['future', 'at', "a time in epoch milliseconds, 1900 to 2299, required, at most 5m after the record's own timestamp"],
])('says what %s at "%s" goes against', (reason, field, text) => {
  expect(expectationOf(plan, { reason, field })?.text).toBe(text);
});

it('gives scripts the same in parts', () => {
  expect(expectationOf(plan, { reason: 'too_precise', field: 'price' })).toMatchObject({
    ...{ type: 'decimal', scale: 2, required: true, min: 0, max: 50 },
  });
});

it('knows nothing of a field that the file no longer has', () => {
  expect(expectationOf(plan, { reason: 'wrong_type', field: 'gone' })).toBeUndefined();
});

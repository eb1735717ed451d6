import { expect, it } from 'vitest';
import { parseSettings, repaired } from '../../../../src/core/run/letters/repair.js';
import { plan } from './fixture.js';

it.each([
  ['price=19.99', 19.99],
  ['price=5', 5],
  ['count=-3', -3],
  ['weight=1e3', 1000],
  ['damaged=true', true],
  ['kind=large', 'large'],
  ['id=00017', '00017'],
  ['parcel=a=b', 'a=b'],
  ['at=2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
  ['at=1769860800000', 1769860800000],
  ['count=', undefined],
])('%s is typed by the plan', (text, value) => {
  expect(parseSettings(plan, [text])).toEqual([{ field: text.slice(0, text.indexOf('=')), value }]);
});

it.each([
  ['price', 'expected FIELD=VALUE, got "price"'],
  ['=3', 'expected FIELD=VALUE'],
  ['prize=3', 'did you mean "price"?'],
  ['price=abc', 'a number with at most 2 digits after the point from 0 to 50, required, got "abc"'],
  ['price=1.999', 'got "1.999"'],
  ['price=51', 'got "51"'],
  ['price=', 'required, got ""'],
  ['kind=huge', 'a string among small, large, required, got "huge"'],
  ['count=1.5', 'a whole number within 2^53, optional, got "1.5"'],
  ['count=0x10', 'got "0x10"'],
  ['damaged=yes', 'true or false, optional, got "yes"'],
  ['at=soon', 'a time in epoch milliseconds'],
])('%s is refused', (text, message) => {
  expect(() => parseSettings(plan, [text])).toThrow(message);
});

it('takes each field once', () => {
  expect(() => parseSettings(plan, ['price=1', 'count=2', 'price=3'])).toThrow('--set price: expected once, got twice');
});

it('keeps the order of fields, and fields that the plan does not know', () => {
  const event = JSON.parse('{"x":{"y":1},"price":"?","count":2,"__proto__":3}') as Record<string, unknown>;
  const made = repaired(event, parseSettings(plan, ['price=1.5', 'count=', 'damaged=false']));
  expect(JSON.stringify(made)).toBe('{"x":{"y":1},"price":1.5,"__proto__":3,"damaged":false}');
  expect(event.price).toBe('?');
});

import { describe, expect, it } from 'vitest';
import { Dictionary } from '../../../src/core/process/dictionary.js';
import { rawEncoder } from '../../../src/core/sink/encode-raw.js';
import { type StoredWindow, windowEncoder } from '../../../src/core/sink/encode-windows.js';
import { NativeBlock } from '../../../src/core/sink/native-block.js';
import { batchOf, planOf, type Row, sessions, window } from './fixture.js';

const row: Row = {
  event_id: 'e1',
  kind: 'view',
  at: 1000,
  user_id: 'u1',
  quantity: null,
  price: null,
  score: null,
  mobile: null,
  comment: null,
  category: null,
};

it('writes only the rows with the wanted verdict', () => {
  const encoder = rawEncoder(planOf());
  const block = new NativeBlock(encoder.columns);
  const batch = batchOf([row, { ...row, event_id: 'e2' }, { ...row, event_id: 'e3' }]);
  expect(encoder.append(block, batch, [0, 7, 0], 0)).toBe(2);
  const text = Buffer.from(block.content().body).toString('latin1');
  expect([text.includes('e1'), text.includes('e2'), text.includes('e3')]).toEqual([true, false, true]);
});

it('encodes strings that the dictionary learnt after the first batch', () => {
  const dictionary = new Dictionary();
  const encoder = rawEncoder(planOf());
  const long = 'ü'.repeat(5000);
  const block = new NativeBlock(encoder.columns);
  encoder.append(block, batchOf([row], { dictionary }), [0], 0);
  encoder.append(block, batchOf([{ ...row, user_id: long }], { dictionary }), [0], 0);
  expect(Buffer.from(block.content().body).includes(long)).toBe(true);
});

it('refuses a required field without a value', () => {
  const batch = batchOf([{ ...row, at: Number.NaN }]);
  const encoder = rawEncoder(planOf());
  const append = () => encoder.append(new NativeBlock(encoder.columns), batch, [0], 0);
  expect(append).toThrow('field "at" is required, but row 0 has none');
});

it.each([
  ['a count without a value', [null, 1, 1, 1, 1, 1, 'x', 1], 'window column "events" is never null'],
  [
    'a fraction in a sum of ints',
    [1, 0.5, 1, 1, 1, 1, 'x', 1],
    'expected a whole number up to 2^53 or a BigInt, got 0.5',
  ],
  ['a sum beyond 2^53 as a number', [1, 2 ** 60, 1, 1, 1, 1, 'x', 1], 'expected a whole number up to 2^53 or a BigInt'],
])('refuses %s', (_, values, message) => {
  const stored = { size: 1, start: 0, end: 1, keys: ['view', null], values, provisional: false };
  const encoder = windowEncoder(planOf(), window);
  expect(() => encoder.append(new NativeBlock(encoder.columns), [stored], 1, 0)).toThrow(message);
});

describe('a deleted session', () => {
  const gone = { size: 0, start: 5, end: 1_005, keys: ['u1', 7], values: [], provisional: false, deleted: true };

  it('has its keys, no values, and says that it is deleted', () => {
    const encoder = windowEncoder(planOf(), sessions);
    const bodyOf = (row: StoredWindow) => {
      const block = new NativeBlock(encoder.columns);
      encoder.append(block, [row], 9, 8);
      return Buffer.from(block.content().body);
    };
    const [body, other] = [bodyOf(gone), bodyOf({ ...gone, values: [0, null], deleted: undefined })];
    expect(encoder.columns.at(-1)?.name).toBe('_deleted');
    expect([body.at(-1), other.at(-1)]).toEqual([1, 0]);
    expect(body.subarray(0, -1)).toEqual(other.subarray(0, -1));
  });

  it('is refused for windows that cannot move', () => {
    const encoder = windowEncoder(planOf(), window);
    expect(() => encoder.append(new NativeBlock(encoder.columns), [gone], 1, 0)).toThrow(
      'windows of sales have fixed starts, but one is said to be deleted',
    );
  });
});

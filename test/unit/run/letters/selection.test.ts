import { expect, it } from 'vitest';
import { faultReasons } from '../../../../src/core/process/verdict.js';
import type { Letter } from '../../../../src/core/run/letters/letter.js';
import {
  checkPartition,
  describeSelection,
  matches,
  parseLetterName,
  parseReason,
  parseSince,
} from '../../../../src/core/run/letters/selection.js';

const letter: Letter = {
  topic: 't',
  partition: 1,
  offset: 7,
  reason: 'not_json',
  field: '',
  time: 1000,
  key: null,
  value: null,
  headers: new Map(),
};

it.each([
  [{}, true],
  [{ reason: 'not_json' }, true],
  [{ reason: 'not_utf8' }, false],
  [{ partition: 0 }, false],
  [{ partition: 1, offset: 7 }, true],
  [{ partition: 1, offset: 8 }, false],
  [{ since: 1000 }, true],
  [{ since: 1001 }, false],
  [{ reason: 'not_json', partition: 2 }, false],
] as const)('%j fits: %s', (selection, fits) => {
  expect(matches(selection, letter)).toBe(fits);
});

it('takes every reason that the engine gives, and no other word', () => {
  for (const reason of faultReasons.slice(1)) expect(parseReason(reason)).toBe(reason);
  expect(() => parseReason('none')).toThrow(/expected one of null_value, not_utf8/);
  expect(() => parseReason('wrong_tpye')).toThrow(/got "wrong_tpye"; did you mean "wrong_type"\?/);
});

it('reads a letter’s name', () => {
  expect(parseLetterName('3:120')).toEqual({ partition: 3, offset: 120 });
  for (const text of ['', '3', '3:', ':1', '3:1:2', '-1:2', '3:1.5', '3:99999999999999999', ' 3:1'])
    expect(() => parseLetterName(text)).toThrow(
      `expected PARTITION:OFFSET of the source record, such as 2:1041, got "${text}"`,
    );
});

it('reads a time, or how long ago', () => {
  const now = Date.UTC(2026, 0, 2);
  expect(parseSince('2026-01-01T00:00:00Z', now)).toBe(now - 86_400_000);
  expect(parseSince('1h30m', now)).toBe(now - 5_400_000);
  expect(parseSince('1767225600000', now)).toBe(1767225600000);
  for (const text of ['yesterday', '2026-13-01', '']) expect(() => parseSince(text, now)).toThrow('how long ago');
});

it('knows the partitions of the topic', () => {
  expect(() => checkPartition(3, 'a.dlq', 4)).not.toThrow();
  expect(() => checkPartition(undefined, 'a.dlq', 4)).not.toThrow();
  expect(() => checkPartition(4, 'a.dlq', 4)).toThrow('expected 0 to 3, as a.dlq has them, got 4');
});

it('is told as flags', () => {
  expect(describeSelection({ reason: 'future', partition: 0, offset: undefined })).toBe(
    '--reason future --partition 0',
  );
  expect(describeSelection({ reason: undefined })).toBe('');
});

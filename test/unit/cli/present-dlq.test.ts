import { expect, it } from 'vitest';
import { letterList, replaySummary, shownLetter } from '../../../src/core/cli/present-dlq.js';

const listed = { partition: 0, offset: 41, reason: 'wrong_type', field: 'price', time: '2026-01-01T00:00:00.000Z' };
const topic = 'parcels.dlq';

it('a list says how many there are beyond those shown', () => {
  const letters = [{ ...listed, key: 'p1', bytes: 90, replayed: false }];
  const counts = { total: 1200, by_reason: { wrong_type: 1000, not_json: 200 }, replayed: 3 };
  expect(letterList({ pipeline: 'parcels', topic, letters, ...counts }).split('\n')).toEqual([
    'letter  time                      reason      field  key  bytes  replayed',
    '0:41    2026-01-01T00:00:00.000Z  wrong_type  price  p1      90  no',
    '',
    '1,200 in parcels.dlq: wrong_type 1,000, not_json 200; 3 replayed',
    'The newest 1 are shown; --limit N shows more.',
  ]);
  expect(letterList({ pipeline: 'parcels', topic, letters: [], total: 0, by_reason: {}, replayed: 0 })).toBe(
    'parcels.dlq: none',
  );
});

it('a letter stands with what was expected, its JSON, and the command; nothing in it reaches the terminal raw', () => {
  const letter = {
    ...{ ...listed, bytes: 20, replayed: false, headers: { reason: 'wrong_type' }, problem: 'wrong_type: price' },
    key: { bytes: 3, text: 'p\u001b1' },
    value: { bytes: 20, text: '{"price":"\u009b31m"}', json: { price: '\u009b31m' } },
    expected: { text: 'a number, required' },
    found: '\u009b31m',
    replay: 'pipe dlq replay --domain parcels --partition 0 --offset 41 --set price=VALUE',
  };
  const text = shownLetter({ pipeline: 'parcels', topic, letters: [letter] });
  expect(text).toContain('expected       a number, required\nfound          "\\x9b31m"');
  expect(text).toContain('key            p\\x1b1');
  expect(text).toContain('{\n  "price": "\\x9b31m"\n}');
  expect(text).toMatch(/\nsend it again: pipe dlq replay .* --set price=VALUE$/);
});

it('a replay tells what was skipped and what will be late', () => {
  const skipped = { replayed_before: 2, still_invalid: 1, other_key: 0, other_id: 0, other_topic: 0 };
  const counts = { selected: 10, eligible: 7, replayed: 7, late: 1, complete: true };
  const problems = [{ partition: 0, offset: 41, problem: 'not_json' }];
  const common = { pipeline: 'parcels', topic: 'parcels.events', ...counts, skipped, problems };
  expect(replaySummary({ ...common, run: 'replay-1', dry_run: false }).split('\n')).toEqual([
    '7 of 10 selected letters sent to parcels.events  (run replay-1)',
    'skipped   replayed_before 2',
    'skipped   still_invalid 1',
    '  0:41  not_json',
    'late      1: the watermark has passed them; they are counted as late and go to the late topic',
  ]);
  expect(replaySummary({ ...common, run: null, dry_run: true, replayed: 0, complete: false })).toMatch(
    /^7 of 10 selected letters would go to parcels.events; nothing was sent\n[\s\S]*\nstopped {3}before all were looked at/,
  );
});

import { expect, it } from 'vitest';
import { segmentsOf } from '../../../../src/core/verify/oracle/segments.js';

const run = (name: string, begin: number, next: number, records = next - begin) => ({
  run: name,
  begin,
  next,
  records,
});
const shown = (extents: ReturnType<typeof run>[], from: number, to: number) =>
  segmentsOf(extents, from, to).map((each) => `${each.from}-${each.to} ${each.run ?? 'topic'}`);

it.each([
  ['one run, all of it', [run('a', 0, 100)], 0, 100, ['0-100 a']],
  ['no run', [], 0, 100, ['0-100 topic']],
  ['a run of which part was processed', [run('a', 0, 100)], 0, 60, ['0-60 a']],
  [
    'runs after one another, the ledger in any order',
    [run('b', 50, 100), run('a', 0, 50)],
    0,
    100,
    ['0-50 a', '50-100 b'],
  ],
  [
    'records of others before, between and after',
    [run('a', 10, 20), run('b', 30, 40)],
    0,
    50,
    ['0-10 topic', '10-20 a', '20-30 topic', '30-40 b', '40-50 topic'],
  ],
  ['two runs at once', [run('a', 0, 90, 50), run('b', 10, 100, 50)], 0, 100, ['0-100 topic']],
  [
    'a run within the pause of another',
    [run('a', 0, 100, 80), run('b', 40, 60)],
    0,
    100,
    ['0-40 topic', '40-60 b', '60-100 topic'],
  ],
  ['a run that sent nothing here', [run('a', 0, 0), run('b', 0, 10)], 0, 10, ['0-10 b']],
  ['nothing processed', [run('a', 0, 100)], 0, 0, []],
])('%s', (_, extents, from, to, expected) => {
  expect(shown(extents, from, to)).toEqual(expected);
});

import { describe, expect, it } from 'vitest';
import { ExpectedWindows } from '../../../../src/core/verify/oracle/expected-windows.js';
import { eventReader } from '../../../../src/core/verify/oracle/read-event.js';
import { planOf } from '../../process/support.js';

const plan = planOf(`
  w:
    tumbling: [10, 100]
    by: [kind]
    aggregates: { n: count(), users: count_distinct(user), middle: "quantile(amount, 0.5)" }
`);
const read = eventReader(plan);

function filled(times: readonly number[], mostHeld?: number): ExpectedWindows {
  const windows = new ExpectedWindows(plan, mostHeld);
  times.forEach((time, offset) => {
    const event = { id: `${offset}`, at: time, user: `u${offset % 3}`, kind: offset % 2 ? 'b' : '', amount: offset };
    windows.add(read(new TextEncoder().encode(JSON.stringify(event)))!, { time, partition: 0, offset });
  });
  return windows;
}

const shown = (sealed: ReturnType<ExpectedWindows['seal']>) =>
  sealed.map(({ size, to, rows }) => [size, to, [...rows.values()].map(({ start, keys }) => `${start}${keys}`)]);

describe('windows are handed out', () => {
  it('when their last moment is at the frontier, and once', () => {
    const windows = filled([5, 15, 25, 105]);
    expect(shown(windows.seal(8))).toEqual([
      [10, 9, []],
      [100, 9, []],
    ]);
    expect(shown(windows.seal(8))).toEqual([]);
    expect(shown(windows.seal(9))).toEqual([
      [10, 10, ['0']],
      [100, 10, []],
    ]);
    expect(shown(windows.seal(28))).toEqual([
      [10, 29, ['10b']],
      [100, 29, []],
    ]);
    expect(windows.groups).toBe(5);
    expect(shown(windows.seal(Number.POSITIVE_INFINITY))).toEqual([
      [10, Number.POSITIVE_INFINITY, ['20', '100b']],
      [100, Number.POSITIVE_INFINITY, ['0', '0b', '100b']],
    ]);
    expect(windows.groups).toBe(0);
  });

  it('null and an empty text are two groups', () => {
    const windows = new ExpectedWindows(plan);
    for (const [offset, kind] of [null, '', null].entries())
      windows.add(read(new TextEncoder().encode(JSON.stringify({ id: `${offset}`, at: 1, user: 'u', kind })))!, {
        time: 1,
        partition: 0,
        offset,
      });
    const [sealed] = windows.seal(Number.POSITIVE_INFINITY);
    expect([...sealed!.rows.values()].map(({ keys, results }) => [keys, results[0]])).toEqual([
      [[null], 2],
      [[''], 1],
    ]);
  });
});

it('what memory does not hold is given up, the size that holds most first, and the rest stays right', () => {
  const times = Array.from({ length: 200 }, (_, index) => index * 2);
  const windows = filled(times, 600);
  expect(windows.giveUp().map(({ size }) => size)).toEqual([10]);
  expect(windows.giveUp()).toEqual([]);
  const sealed = windows.seal(Number.POSITIVE_INFINITY);
  expect(sealed.map(({ size }) => size)).toEqual([100]);
  const whole = filled(times).seal(Number.POSITIVE_INFINITY).at(-1)!;
  expect([...sealed[0]!.rows]).toEqual([...whole.rows]);
});

describe('sessions are handed out', () => {
  const visits = planOf(`
  visits: { session: { gap: 10, max_duration: 100 }, by: [user], aggregates: { n: count(), last_id: last(id) } }
`);
  const reading = eventReader(visits);
  const fill = (times: readonly number[]) => {
    const windows = new ExpectedWindows(visits);
    for (const [offset, time] of times.entries())
      windows.add(reading(new TextEncoder().encode(JSON.stringify({ id: `e${offset}`, at: time, user: 'u' })))!, {
        time,
        partition: 0,
        offset,
      });
    return windows;
  };
  const rows = (sealed: ReturnType<ExpectedWindows['seal']>) =>
    sealed.flatMap((each) => [...each.rows.values()].map(({ start, end, results }) => [start, end, ...results]));

  //   0    5         15   20        30                93  99|100
  //   [ 0, 15 ) less than a gap   [15, 30) [30, 40)     [93, 100) cut [100, 110)
  it('one by one, in whatever order their events came', () => {
    const windows = fill([5, 0, 93, 100, 15, 20, 30, 99]);
    expect(rows(windows.seal(13))).toEqual([]);
    expect(rows(windows.seal(14))).toEqual([[0, 15, 2, 'e0']]);
    expect(rows(windows.seal(98))).toEqual([
      [15, 30, 2, 'e5'],
      [30, 40, 1, 'e6'],
    ]);
    expect(rows(windows.seal(99))).toEqual([[93, 100, 2, 'e7']]);
    expect(rows(windows.seal(Number.POSITIVE_INFINITY))).toEqual([[100, 110, 1, 'e3']]);
    expect(windows.groups).toBe(0);
  });
});

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
  sealed.map(({ span, to, rows }) => [span.size, to, [...rows.values()].map(({ start, keys }) => `${start}${keys}`)]);

describe('windows are handed out', () => {
  it('when their last moment is at the frontier, and once', () => {
    const windows = filled([5, 15, 25, 105]);
    expect(shown(windows.seal(8))).toEqual([
      [10, 0, []],
      [100, 0, []],
    ]);
    expect(shown(windows.seal(9))).toEqual([[10, 10, ['0']]]);
    expect(shown(windows.seal(28))).toEqual([[10, 20, ['10b']]]);
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
  expect(windows.giveUp().map(({ span }) => span.size)).toEqual([10]);
  expect(windows.giveUp()).toEqual([]);
  const sealed = windows.seal(Number.POSITIVE_INFINITY);
  expect(sealed.map(({ span }) => span.size)).toEqual([100]);
  const whole = filled(times).seal(Number.POSITIVE_INFINITY).at(-1)!;
  expect([...sealed[0]!.rows]).toEqual([...whole.rows]);
});

import { describe, expect, it } from 'vitest';
import { planOf, Trial, times } from '../support.js';

const busy = `
  w:
    tumbling: [10, 20]
    by: [kind]
    aggregates: { n: count(), total: sum(price), opening: first(user) }
detect:
  d: { window: w, size: 10, kind: threshold, condition: n > 0, value: n, cooldown: 0 }
`;

/** Out of order 10, late 20: an event at t makes W = t - 10, and frees what ends at or before t - 29. */
function trial(yaml = busy, more = times(), partitions = [0]): Trial {
  return new Trial(planOf(yaml, more), partitions);
}

const told = (one: Trial) => one.alerts.splice(0).map(({ id, evidence }) => `${id}: ${evidence.value}`);

/**
 *   [0,10) is emitted when W reaches 9, with an event at 19, and freed when W reaches 29, with an event at 39.
 */
describe('a row of a window is seen', () => {
  it('when it can change no more, with all that came until then', () => {
    const one = trial();
    one.feed({ at: 5 }, { at: 19 });
    expect(one.advance()).toHaveLength(1);
    expect(one.alerts).toEqual([]);
    one.feed({ at: 6 }, { at: 38 });
    one.advance();
    expect(one.alerts).toEqual([]);
    one.feed({ at: 39 });
    one.advance();
    expect(told(one)).toEqual(['d/10/[null]: 2']);
    one.advance();
    expect(one.alerts).toEqual([]);
  });

  it('not at the end of the input, and after that only once', () => {
    const one = trial();
    one.feed({ at: 5 }, { at: 38 });
    one.finish();
    expect(one.alerts).toEqual([]);
    const later = trial();
    later.engine.restore(one.engine.snapshot());
    later.feed({ at: 39 });
    later.finish();
    expect(told(later)).toEqual(['d/10/[null]: 1']);
    later.finish();
    expect(later.alerts).toEqual([]);
  });

  it('by the end of its window, also when several are freed at once', () => {
    const one = trial(busy.replace('cooldown: 0', 'cooldown: 20ms'), times(50, 20));
    one.feed({ at: 35 }, { at: 5 }, { at: 15 }, { at: 200 });
    one.advance();
    // [0,10) is first, though it came second; [10,20) is 10 after it and keeps quiet; [30,40) is 30 after it.
    expect(told(one)).toEqual(['d/10/[null]: 1', 'd/40/[null]: 1']);
  });

  it('of the size that the detector names, also when the smaller ones are gone', () => {
    const one = trial(busy.replace('size: 10,', 'size: 20,'));
    for (const at of [5, 15, 40, 49, 70]) {
      one.feed({ at });
      one.advance();
    }
    expect(told(one)).toEqual(['d/20/[null]: 2']);
  });

  it('of the whole group, whatever partitions and workers its events came through', () => {
    const one = trial(busy, times(), [0, 1]);
    one.feed({ at: 5 }, { at: 6, partition: 1, user: 'v' }, { at: 39 }, { at: 39, partition: 1, user: 'v' });
    one.advance();
    expect(told(one)).toEqual(['d/10/[null]: 2']);
  });
});

describe('what a detector on a window reads', () => {
  it('are keys, aggregates in their units, start and end; and its alerts are at the end', () => {
    const yaml = busy.replace(
      'condition: n > 0, value: n',
      'condition: total > 2.5 && opening == "u" && kind == "k" && window_end - window_start == 10, value: total',
    );
    const one = trial(yaml);
    one.feed({ at: 5, price: 2.51, kind: 'k' }, { at: 6, price: 2.51 }, { at: 15, price: 2.5, kind: 'k' }, { at: 60 });
    one.advance();
    expect(one.alerts).toEqual([
      {
        id: 'd/10/["k"]',
        detector: 'd',
        kind: 'threshold',
        severity: 'warning',
        keys: { kind: 'k' },
        time: 10,
        partition: 0,
        offset: -1,
        evidence: { value: 2.51 },
      },
    ]);
  });

  it('may be null, which a condition does not pass', () => {
    const one = trial(busy.replace('n > 0, value: n', 'total >= 0 || n > 1, value: total'));
    one.feed({ at: 5 }, { at: 15 }, { at: 16 }, { at: 60 });
    one.advance();
    expect(told(one)).toEqual(['d/20/[null]: null']);
  });

  it('may be filtered, and its keys be none', () => {
    const yaml = busy.replace('    by: [kind]\n', '').replace('cooldown: 0', 'cooldown: 0, where: n > 1');
    const one = trial(yaml);
    one.feed({ at: 5, kind: 'x' }, { at: 6, kind: 'y' }, { at: 15 }, { at: 60 });
    one.advance();
    expect(told(one)).toEqual(['d/10/[]: 2']);
  });

  it('may be a sum beyond 2^53, which is a bigint in rows', () => {
    const one = trial(busy.replace('n > 0, value: n', 'total > 0, value: total').replace('sum(price)', 'sum(amount)'));
    one.feed({ at: 5, amount: 2 ** 53 - 1 }, { at: 6, amount: 2 ** 53 - 1 }, { at: 60 });
    one.advance();
    expect(told(one)).toEqual([`d/10/[null]: ${2 * (2 ** 53 - 1)}`]);
  });
});

it('state of detectors on windows outlives a renewed dictionary', () => {
  const one = trial(busy.replace('cooldown: 0', 'cooldown: 25ms'));
  one.feed({ at: 5, kind: 'k' }, { at: 15, kind: 'k' }, { at: 25, kind: 'k' }, { at: 35, kind: 'k' }, { at: 39 });
  one.advance();
  expect(told(one)).toEqual(['d/10/["k"]: 1']);
  const dictionary = one.engine.renewDictionary(0)!;
  expect(dictionary.texts).toContain('k');
  one.useDictionary(dictionary);
  one.feed({ at: 90 });
  one.advance();
  expect(told(one).sort()).toEqual(['d/40/["k"]: 1', 'd/40/[null]: 1']);
});

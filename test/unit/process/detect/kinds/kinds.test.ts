import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from '../../../../../src/core/process/detect/kind.js';
import { type Kind, type Seen, times, watch } from './watch.js';

/** The same noise in every run: uniform in [-1, 1). */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  };
}

const around = (middle: number, count: number, spread = 1): Seen[] => {
  const next = noise(7);
  return Array.from({ length: count }, (_, index): Seen => [index, middle + spread * next()]);
};
const then = (before: readonly Seen[], ...values: Value[]): Seen[] => [
  ...before,
  ...values.map((value, index): Seen => [before.length + index, value]),
];

/** From the distances between them. */
function timesOf(distances: readonly number[]): number[] {
  let now = 0;
  return distances.map((distance) => {
    now += distance;
    return now;
  });
}

describe('zscore', () => {
  const usual = around(20, 60);

  it('tells what is far out, with what was expected', () => {
    const [alert] = watch('zscore', { value: 'x' }, then(usual, 30));
    expect(alert).toMatchObject({ time: 60, evidence: { value: 30 } });
    expect(alert!.evidence.expected).toBeCloseTo(20, 0);
    expect(alert!.evidence.score).toBeGreaterThan(6);
    expect(watch('zscore', { value: 'x' }, then(usual, 21.5))).toEqual([]);
  });

  it('is on the side that is asked for', () => {
    const seen = then(usual, 30, 20, 10);
    expect(times(watch('zscore', { value: 'x' }, seen))).toEqual([60, 62]);
    expect(times(watch('zscore', { value: 'x', side: 'high' }, seen))).toEqual([60]);
    expect(times(watch('zscore', { value: 'x', side: 'low' }, seen))).toEqual([62]);
  });

  it('does not take an outlier for what is usual: the next one is told too, and the ordinary is not', () => {
    expect(times(watch('zscore', { value: 'x', memory: 20 }, then(usual, 1000, 20, 20.5, 30)))).toEqual([60, 63]);
  });

  it('warms up on what may hold outliers, and tells nothing meanwhile', () => {
    const spoilt = usual.map(([time, value], index): Seen => [time, index % 4 === 3 ? 500 : value!]);
    expect(times(watch('zscore', { value: 'x' }, then(spoilt.slice(0, 30), 20, 19.5, 30)))).toEqual([32]);
    expect(watch('zscore', { value: 'x' }, then(usual.slice(0, 29), 1000))).toEqual([]);
  });

  it('gets used to a new level', () => {
    const moved = then(usual, ...Array.from({ length: 200 }, (_, index) => 40 + (index % 2)));
    expect(times(watch('zscore', { value: 'x', memory: 20 }, moved)).at(-1)!).toBeLessThan(60 + 60);
  });

  it('with scale log a tenth is as odd as ten times as much, and 0 is passed over', () => {
    const amounts = around(0, 60, 0.5).map(([time, value]): Seen => [time, 100 * Math.exp(value as number)]);
    const told = watch('zscore', { value: 'x', scale: 'log' }, then(amounts, 0, -5, 10_000, 100, 1));
    expect(told.map(({ evidence }) => evidence.value)).toEqual([10_000, 1]);
    expect(watch('zscore', { value: 'x', side: 'low' }, then(amounts, 1))).toEqual([]);
  });

  it('where nothing varied a change has no score; `least` leaves a trifle alone', () => {
    const still = Array.from({ length: 40 }, (_, index): Seen => [index, 5]);
    expect(watch('zscore', { value: 'x' }, then(still, 5.1))).toMatchObject([{ evidence: { score: null } }]);
    expect(watch('zscore', { value: 'x', least: 0.1 }, then(still, 5.1))).toEqual([]);
  });

  it('passes over null', () => {
    expect(times(watch('zscore', { value: 'x' }, then(usual, null, 30)))).toEqual([61]);
  });
});

describe('flat_line', () => {
  const settings = { value: 'x', at_least: 3 };

  // 1 1 2 2 2 2 2 1 1 1
  it('tells a run once, at the value that makes it long enough', () => {
    const seen = [1, 1, 2, 2, 2, 2, 2, 1, 1, 1].map((value, index): Seen => [index * 10, value]);
    expect(watch('flat_line', settings, seen)).toEqual([
      { time: 40, offset: 4, evidence: { value: 2, count: 3, since: 20 } },
      { time: 90, offset: 9, evidence: { value: 1, count: 3, since: 70 } },
    ]);
  });

  it('must last, too, where that is asked for', () => {
    const seen = [5, 5, 5, 5, 5, 5].map((value, index): Seen => [index * 10, value]);
    expect(times(watch('flat_line', { ...settings, lasting: '40ms' }, seen))).toEqual([40]);
  });

  it('null is no value: it neither counts nor breaks a run', () => {
    const seen = [5, null, 5, null, 5].map((value, index): Seen => [index, value]);
    expect(times(watch('flat_line', settings, seen))).toEqual([4]);
  });
});

describe('drift', () => {
  const settings = { value: 'x', low: 'low', high: 'high', within: '1m' };
  const limited = (values: readonly number[], low: Value = 0, high: Value = 100) =>
    values.map((value, index): Seen => [index * 1_000, value, low, high]);
  const next = noise(3);
  const still = Array.from({ length: 200 }, () => 50 + next());

  it('foretells when a limit is passed', () => {
    const rising = Array.from({ length: 80 }, (_, index) => 50 + 0.6 * index + next());
    const [alert] = watch('drift', settings, limited([...still, ...rising]));
    // At 0.6 a second 100 is reached after 83 s, and less than a minute is left once it is above 64.
    expect(alert!.time).toBeGreaterThan(200_000);
    expect(alert!.time).toBeLessThan(283_000);
    expect(alert!.evidence).toMatchObject({ limit: 100 });
    expect(alert!.evidence.trend_per_minute).toBeCloseTo(36, -1.2);
    expect(alert!.time + (alert!.evidence.in_ms as number)).toBeGreaterThan(265_000);
    expect(alert!.time + (alert!.evidence.in_ms as number)).toBeLessThan(310_000);
  });

  it('falling leads to the other limit; one that is null, or not set, is never passed', () => {
    const falling = limited([...still, ...Array.from({ length: 80 }, (_, index) => 50 - 0.6 * index + next())]);
    expect(watch('drift', settings, falling)[0]!.evidence).toMatchObject({ limit: 0 });
    expect(watch('drift', { value: 'x', high: 'high', within: '1m' }, falling)).toEqual([]);
    expect(
      watch(
        'drift',
        settings,
        falling.map(([time, value]): Seen => [time, value!, null, 100]),
      ),
    ).toEqual([]);
  });

  it('noise, a spike and a step are no trend', () => {
    const noisy = Array.from({ length: 2_000 }, () => 50 + 10 * next());
    expect(watch('drift', settings, limited(noisy))).toEqual([]);
    expect(watch('drift', settings, limited([...still, 1_000, ...still]))).toEqual([]);
  });
});

describe('travel', () => {
  // de |-- 9 --| fr |-- 10 --| de de |-- 3 --| null us
  it('tells another place sooner than `within`, and not at it', () => {
    const seen: Seen[] = [
      [0, 'de'],
      [9, 'fr'],
      [19, 'de'],
      [30, 'de'],
      [31, null],
      [33, 'us'],
    ];
    expect(watch('travel', { place: 'x', within: '10ms' }, seen)).toEqual([
      { time: 9, offset: 1, evidence: { from: 'de', to: 'fr', elapsed_ms: 9 } },
      { time: 33, offset: 5, evidence: { from: 'de', to: 'us', elapsed_ms: 3 } },
    ]);
  });
});

describe('burst', () => {
  const settings = { bad: 'x', normal: 0.02, raised: 0.5, threshold: 8 };
  const seen = (marks: string): Seen[] =>
    [...marks].map((mark, index): Seen => [index, mark === 'x' ? true : mark === '.' ? false : null]);

  it('tells when the odds are high enough, with the share since it began', () => {
    // ln(0.5 / 0.02) = 3.2 for each bad one, ln(0.5 / 0.98) = -0.7 for each good one.
    expect(watch('burst', settings, seen('....x.......xx.x'))).toEqual([
      { time: 15, offset: 15, evidence: { bad: 3, of: 4, since: 12 } },
    ]);
    expect(times(watch('burst', settings, seen('xxxxxx')))).toEqual([2, 5]);
    expect(watch('burst', settings, seen('x.....x.....x.....x'))).toEqual([]);
  });

  it('null is neither', () => {
    expect(times(watch('burst', settings, seen('x x xx')))).toEqual([4]);
  });

  it('is as rare as promised where all is usual', () => {
    const next = noise(11);
    const usual = Array.from({ length: 400_000 }, (_, index): Seen => [index, next() < -0.96]);
    expect(watch('burst', settings, usual).length).toBeLessThanOrEqual(400_000 / Math.exp(8));
  });
});

describe('level', () => {
  const settings = { start: 's', adds: 'a', takes: 't', below: 'b' };

  // 10 -4 -> 6 -3 -> 3 told, filled to 10; -6 -> 4 +2 -> 6 +1 -5 -> 2 told
  it('tells at the point, is filled up, and counts what comes back', () => {
    const moves: [Value, Value][] = [
      [null, 4],
      [0, 3],
      [null, 6],
      [2, null],
      [1, 5],
    ];
    const seen = moves.map(([adds, takes], index): Seen => [index, 10, 3, adds, takes]);
    expect(watch('level', settings, seen)).toEqual([
      { time: 1, offset: 1, evidence: { left: 3, below: 3 } },
      { time: 4, offset: 4, evidence: { left: 2, below: 3 } },
    ]);
  });

  it('without a start there is nothing to count from, without a point nothing to tell', () => {
    const seen: Seen[] = [
      [0, null, 3, 100],
      [1, 10, 3, null],
      [2, 10, null, 6],
      [3, 10, 4, null],
    ];
    expect(times(watch('level', { start: 's', takes: 't', below: 'b' }, seen))).toEqual([3]);
  });
});

describe('sequence', () => {
  /** Each letter is a step's condition; a digit after it is what the steps share. */
  const seen = (timeline: string, letters: string, shared = false): Seen[] =>
    [...timeline.matchAll(/(\S)(\S)?/g)].map(({ 0: { length }, 1: letter, 2: same, index }): Seen => {
      expect(length).toBeLessThanOrEqual(2);
      return [index!, ...[...letters].map((each) => each === letter), ...(shared ? [same ?? null] : [])];
    });
  const step = (where: string, more = {}) => ({ where, ...more });
  const ab = { steps: [step('a'), step('b')], within: '10ms' };

  //            0         1
  //            0123456789012345678
  it.each([
    ['a    b', [5]],
    ['a        b', [9]],
    ['a         b', []],
    // The later a is near enough, whatever lies between.
    ['a    x a    b', [12]],
    ['b a  b', [5]],
    // Past the last one: b belongs to one match, and the next needs a new a.
    ['a  b  b a b', [3, 10]],
  ])('a then b within 10 ms: %s', (timeline, expected) => {
    expect(times(watch('sequence', ab, seen(timeline, 'ab')))).toEqual(expected);
  });

  it('from the first step to the last, not from each to the next', () => {
    const abc = { steps: [step('a'), step('b'), step('c')], within: '10ms' };
    expect(watch('sequence', abc, seen('a    b    c', 'abc'))).toEqual([]);
    expect(watch('sequence', abc, seen('a  a b    c', 'abc'))).toEqual([
      { time: 10, offset: 3, evidence: { begun: 3 } },
    ]);
  });

  it('one observation is one step, even where it could be several', () => {
    const twice = { steps: [step('a'), step('a')], within: '10ms' };
    expect(
      times(
        watch(
          'sequence',
          twice,
          seen('a', 'a').map(([time, a]): Seen => [time, a!, a!]),
        ),
      ),
    ).toEqual([]);
    expect(
      times(
        watch(
          'sequence',
          twice,
          seen('a a', 'a').map(([time, a]): Seen => [time, a!, a!]),
        ),
      ),
    ).toEqual([2]);
  });

  it.each([
    ['a a  a', [5]],
    ['a     a   a', []],
    ['a    a    a  a', [13]],
    ['a a a a a a', [4, 10]],
  ])('a at least 3 times within 10 ms: %s', (timeline, expected) => {
    expect(
      times(watch('sequence', { steps: [step('a', { at_least: 3 })], within: '10ms' }, seen(timeline, 'a'))),
    ).toEqual(expected);
  });

  describe('a without b', () => {
    const without = { steps: [step('a'), step('b', { absent: true })], within: '10ms' };
    it.each([
      ['a', [10]],
      ['a        b', []],
      // Ten after it began is no longer within ten.
      ['a         b', [10]],
      // Later ones do not restart the time.
      ['a   a   a', [10]],
      ['a b  a', [15]],
      ['b a', [12]],
    ])('%s', (timeline, expected) => {
      expect(times(watch('sequence', without, seen(timeline, 'ab')))).toEqual(expected);
    });

    it('belongs to the observation that began to wait', () => {
      expect(watch('sequence', without, seen('x a   a', 'ab'))).toEqual([
        { time: 12, offset: 1, evidence: { begun: 2 } },
      ]);
    });
  });

  it('of the same: each by itself, and none without it', () => {
    const same = { ...ab, same: 'session' };
    expect(watch('sequence', same, seen('a1 a2 b1 a b2 b1', 'ab', true))).toMatchObject([
      { time: 6, evidence: { begun: 0, same: '1' } },
      { time: 11, evidence: { begun: 3, same: '2' } },
    ]);
  });

  it('of the same, absent: those that began first are told first', () => {
    const steps = [step('a'), step('b'), step('c', { absent: true })];
    const told = watch('sequence', { steps, within: '10ms', same: 's' }, seen('a1 a2 b2 b1', 'abc', true));
    expect(told.map(({ time, evidence }) => [time, evidence.same])).toEqual([
      [10, '1'],
      [13, '2'],
    ]);
  });

  it('finds a sequence wherever there is one, by going through all choices', () => {
    const steps = ['a', 'b', 'a', 'c'];
    const within = 12;
    const events = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom('a', 'b', 'c', 'x')), {
      maxLength: 14,
    });
    fc.assert(
      fc.property(events, (drawn) => {
        const at = timesOf(drawn.map(([wait]) => wait));
        const letters = drawn.map(([, letter], index) => ({ time: at[index]!, letter }));
        const expected: number[] = [];
        let from = 0;
        for (let last = 0; last < letters.length; last++) {
          if (!wholeUpTo(letters.slice(from, last + 1), steps, within)) continue;
          expected.push(letters[last]!.time);
          from = last + 1;
        }
        const settings = { steps: steps.map((where) => step(where)), within: `${within}ms` };
        const found = watch(
          'sequence',
          settings,
          letters.map(({ time, letter }): Seen => [time, ...steps.map((each) => each === letter)]),
        );
        expect(times(found)).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Whether the steps can be chosen in order, the last letter being the last step. */
function wholeUpTo(
  letters: readonly { time: number; letter: string }[],
  steps: readonly string[],
  within: number,
): boolean {
  const last = letters.at(-1)!;
  if (last.letter !== steps.at(-1)) return false;
  const choose = (step: number, before: number): boolean =>
    step < 0 ||
    letters.some(
      ({ time, letter }, place) =>
        place < before && letter === steps[step] && (step > 0 || last.time - time < within) && choose(step - 1, place),
    );
  return choose(steps.length - 2, letters.length - 1);
}

describe('every kind', () => {
  const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(null, 50, -50, 0.5));
  const condition = fc.constantFrom(true, false, null);
  const value = fc.constantFrom('a', 'b', 'c', null, 1, true);
  const session = fc.constantFrom('x', 'y', null);
  const subjects: [Kind, object, fc.Arbitrary<Value>[]][] = [
    ['threshold', { condition: 'c', value: 'v' }, [condition, value]],
    ['velocity', { at_least: 3, within: '9ms', distinct: 'v' }, [value]],
    ['zscore', { value: 'v', warm_up: 5, memory: 4, threshold: 2 }, [number]],
    ['flat_line', { value: 'v', at_least: 2 }, [value]],
    [
      'drift',
      { value: 'v', low: 'l', high: 'h', within: '50ms', warm_up: 5, memory: 4, at_least: 1, threshold: 0.1 },
      [number, number, number],
    ],
    ['travel', { place: 'v', within: '7ms' }, [value]],
    ['burst', { bad: 'c', normal: 0.2, raised: 0.6, threshold: 2 }, [condition]],
    ['level', { start: 's', adds: 'a', takes: 't', below: 'b' }, [number, number, number, number]],
    [
      'sequence',
      { steps: [{ where: 'a' }, { where: 'b', at_least: 2 }], within: '20ms', same: 'v' },
      [condition, condition, session],
    ],
    [
      'sequence',
      { steps: [{ where: 'a' }, { where: 'b', absent: true }], within: '20ms', same: 'v' },
      [condition, condition, session],
    ],
  ];

  it.each(subjects)('%s: saved and restored at any step, it tells the same: %j', (kind, settings, inputs) => {
    let toldOnce = 0;
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), ...inputs), {
      minLength: 20,
      maxLength: 80,
      size: 'max',
    });
    fc.assert(
      fc.property(steps, fc.array(fc.nat(80), { maxLength: 4 }), (drawn, restarts) => {
        const at = timesOf(drawn.map(([wait]) => wait as number));
        const seen = drawn.map(([, ...values], index): Seen => [at[index]!, ...(values as Value[])]);
        const told = watch(kind, settings, seen);
        toldOnce += told.length;
        expect(watch(kind, settings, seen, restarts)).toEqual(told);
      }),
    );
    expect(toldOnce).toBeGreaterThan(0);
  });
});

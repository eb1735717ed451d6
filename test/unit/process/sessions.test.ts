import { describe, expect, it } from 'vitest';
import { planOf, Trial, times } from './support.js';

const visits = `
  visits:
    session: 20
    by: [user]
    aggregates: { n: count(), total: sum(amount), opening: first(amount) }
`;

/** Only the count, so that rows are short. */
const counted = `
  visits: { session: 20, by: [user], aggregates: { n: count() } }
`;

/** Out of order 10, late 20, as everywhere in these tests: an event at t makes W = t - 10. */
function trial(windows = counted, more = times(), partitions = [0]): Trial {
  return new Trial(planOf(windows, more), partitions);
}

/**
 *   0         19 20        39 40       60
 *   a          b            .           c      gap 20: b is 19 after a; c is 41 after b
 */
describe('a session', () => {
  it('is of one user, from its first event to a gap after its last one', () => {
    const one = trial();
    one.feed({ at: 0 }, { at: 19 }, { at: 60 }, { at: 61, user: 'v' });
    expect(one.finish()).toEqual(['[0,39) u: 2', '[60,80) u: 1 ~', '[61,81) v: 1 ~']);
  });

  it('does not hold an event exactly a gap away, though Flink does', () => {
    const one = trial();
    one.feed({ at: 0 }, { at: 20 });
    expect(one.finish()).toEqual(['[0,20) u: 1 ~', '[20,40) u: 1 ~']);
    const other = trial();
    other.feed({ at: 0 }, { at: 19 });
    expect(other.finish()).toEqual(['[0,39) u: 2 ~']);
  });

  it('is told from one a gap before it also when the later event came first', () => {
    const one = trial(counted, times(50));
    one.feed({ at: 20 }, { at: 0 });
    expect(one.finish()).toEqual(['[0,20) u: 1 ~', '[20,40) u: 1 ~']);
  });

  it('has every aggregate, whatever the order of its events', () => {
    const amounts = [
      { at: 5, amount: 2 },
      { at: 15, amount: 3 },
      { at: 20, amount: 4 },
    ];
    const forwards = trial(visits);
    forwards.feed(...amounts);
    const backwards = trial(visits);
    backwards.feed(...[...amounts].reverse());
    expect(forwards.finish()).toEqual(['[5,40) u: 3 9 2 ~']);
    expect(backwards.finish()).toEqual(['[5,40) u: 3 9 2 ~']);
  });

  it('leaves out what a filter leaves out: it neither begins nor prolongs one', () => {
    const one = trial(counted.replace('session: 20', 'session: 20, where: kind == "a"'));
    one.feed({ at: 0, kind: 'b' }, { at: 10, kind: 'a' }, { at: 25, kind: 'b' }, { at: 30, kind: 'a' });
    expect(one.finish()).toEqual(['[10,30) u: 1 ~', '[30,50) u: 1 ~']);
  });

  it('may be before 1970', () => {
    const one = trial();
    one.feed({ at: -45 }, { at: -26 });
    expect(one.finish()).toEqual(['[-45,-6) u: 2 ~']);
  });
});

/**
 * Gap 20, cut at the multiples of 50:
 *
 *   0        30   45 | 52   65        100
 *             a    b | c    d
 */
describe('the longest duration', () => {
  const cut = counted.replace('session: 20', 'session: { gap: 20, max_duration: 50 }');

  it('cuts at its multiples, where the earlier part ends', () => {
    const one = trial(cut);
    one.feed({ at: 30 }, { at: 45 }, { at: 52 }, { at: 65 });
    expect(one.finish()).toEqual(['[30,50) u: 2', '[52,85) u: 2 ~']);
  });

  it('is due where it was cut', () => {
    const one = trial(cut);
    one.feed({ at: 45 }, { at: 58 });
    expect(one.advance()).toEqual([]);
    one.feed({ at: 59 });
    expect(one.advance()).toEqual(['[45,50) u: 1']);
  });

  it('is a day of UTC unless given', () => {
    const midnight = Date.UTC(2026, 2, 2);
    const one = trial();
    one.feed({ at: midnight - 1 }, { at: midnight });
    expect(one.finish()).toEqual([`[${midnight - 1},${midnight}) u: 1 ~`, `[${midnight},${midnight + 20}) u: 1 ~`]);
  });
});

/** [0,20) is due when W reaches 19, with an event at 29. */
describe('emission', () => {
  it('comes when the watermark reaches the last moment, and not before', () => {
    const one = trial();
    one.feed({ at: 0 }, { at: 28, user: 'v' });
    expect(one.advance()).toEqual([]);
    one.feed({ at: 29, user: 'v' });
    expect(one.advance()).toEqual(['[0,20) u: 1']);
    expect(one.advance()).toEqual([]);
  });

  it('does not come at the end that a session had before it went on', () => {
    const one = trial(counted.replace('session: 20', 'session: 5s'), times(1000, 0));
    one.feed({ at: 0 }, { at: 1_500 });
    one.advance();
    one.feed({ at: 4_999 }, { at: 5_900, user: 'v' });
    expect(one.advance()).toEqual([]);
    one.feed({ at: 9_800 }, { at: 13_999, user: 'v' });
    expect(one.advance()).toEqual(['[5900,10900) v: 1']);
    one.feed({ at: 15_798, user: 'v' });
    expect(one.advance()).toEqual([]);
    one.feed({ at: 15_799, user: 'v' });
    expect(one.advance()).toEqual(['[0,14800) u: 4']);
  });

  it('is in the order of the ends', () => {
    const one = trial();
    one.feed({ at: 0 }, { at: 2, user: 'v' }, { at: 18 }, { at: 1, user: 'w' }, { at: 90, user: 'x' });
    expect(one.advance()).toEqual(['[1,21) w: 1', '[2,22) v: 1', '[0,38) u: 2']);
  });
});

/**
 * Gap 20: two visits that an event between them joins.
 *
 *   0    10        30   35     55
 *   a                    b            [0,20) and [35,55), both emitted at W = 54
 *             c at 18: 18 after a, 17 before b: [0,55) stays, [35,55) goes
 */
describe('an event between two sessions', () => {
  it('makes one of them: the later row is deleted, the earlier one revised', () => {
    const one = trial(visits, times(10, 60));
    one.feed({ at: 0, amount: 1 }, { at: 35, amount: 2 }, { at: 64, user: 'v' });
    expect(one.advance()).toEqual(['[0,20) u: 1 1 1', '[35,55) u: 1 2 2']);
    expect(one.feed({ at: 18, amount: 4 })).toEqual(['aggregated']);
    expect(one.advance()).toEqual(['[35,55) u: deleted', '[0,55) u: 3 7 1']);
    expect(one.advance()).toEqual([]);
    expect(one.engine.size().groups).toBe(2);
  });

  it('deletes no row where none was stored', () => {
    const one = trial();
    one.feed({ at: 0 }, { at: 27 });
    expect(one.advance()).toEqual([]);
    one.feed({ at: 18 });
    expect(one.finish()).toEqual(['[0,47) u: 3 ~']);
  });

  it('joins three at once', () => {
    const one = trial(counted, times(10, 100));
    one.feed({ at: 0 }, { at: 25 }, { at: 50 }, { at: 100, user: 'v' });
    expect(one.advance()).toEqual(['[0,20) u: 1', '[25,45) u: 1', '[50,70) u: 1']);
    one.feed({ at: 19 });
    expect(one.advance()).toEqual(['[25,45) u: deleted', '[0,45) u: 3']);
    one.feed({ at: 40 });
    expect(one.advance()).toEqual(['[50,70) u: deleted', '[0,70) u: 5']);
  });

  it('leaves the sessions of others alone', () => {
    const one = trial(counted, times(10, 100));
    one.feed({ at: 0 }, { at: 35 }, { at: 0, user: 'v' }, { at: 35, user: 'v' }, { at: 100, user: 'w' });
    one.advance();
    one.feed({ at: 18, user: 'v' });
    expect(one.advance()).toEqual(['[35,55) v: deleted', '[0,55) v: 3']);
  });
});

/**
 *   0     9   10      30
 *         b   a          [10,30) is emitted; b comes after that
 */
describe('an event before the start of an emitted session', () => {
  it('moves the start: the old row is deleted and a new one comes', () => {
    const one = trial(counted, times(10, 30));
    one.feed({ at: 10 }, { at: 39, user: 'v' });
    expect(one.advance()).toEqual(['[10,30) u: 1']);
    one.feed({ at: 9 });
    expect(one.advance()).toEqual(['[10,30) u: deleted', '[9,30) u: 2']);
    expect(one.advance()).toEqual([]);
  });

  it('does so once, when it moves twice before the next advance', () => {
    const one = trial(counted, times(10, 30));
    one.feed({ at: 10 }, { at: 39, user: 'v' });
    one.advance();
    one.feed({ at: 9 }, { at: 5 });
    expect(one.advance()).toEqual(['[10,30) u: deleted', '[5,30) u: 3']);
  });
});

/** [0,20) is emitted at W = 29; an event at 15 makes it [0,35), which is not due before W = 34. */
describe('a session that goes on after it was emitted', () => {
  it('is open again: its row becomes provisional, and final when it is due', () => {
    const one = trial();
    one.feed({ at: 0 }, { at: 39, user: 'v' });
    expect(one.advance()).toEqual(['[0,20) u: 1']);
    one.feed({ at: 15 });
    expect(one.advance()).toEqual(['[0,35) u: 2 ~']);
    one.feed({ at: 16 }, { at: 43, user: 'v' });
    expect(one.advance()).toEqual([]);
    one.feed({ at: 45, user: 'v' });
    expect(one.advance()).toEqual(['[0,36) u: 3']);
  });

  it('is kept as long as an event may join it, and not longer', () => {
    const one = trial();
    one.feed({ at: 0 }, { at: 48, user: 'v' });
    one.advance();
    // W = 38: late up to 18, and 19 is within the gap of 0.
    expect(one.feed({ at: 18 }, { at: 19 })).toEqual(['late', 'aggregated']);
    expect(one.advance()).toEqual(['[0,39) u: 2']);
    one.feed({ at: 67, user: 'v' });
    one.advance();
    // That of u, and that of v in two slices of time.
    expect(one.engine.size().groups).toBe(3);
    // W - lateness = 38, the last moment of [0,39).
    one.feed({ at: 68, user: 'v' });
    one.advance();
    expect(one.engine.size().groups).toBe(2);
    expect(one.feed({ at: 39 })).toEqual(['aggregated']);
    expect(one.advance()).toEqual(['[39,59) u: 1']);
  });
});

/**
 * Partition 1 idles while partition 0 goes on to 100: W = 90, freed up to 70.
 *
 *   partition 1, user v     50 (freed with 70)    70? late: it could have joined [50,70), of which nothing is left
 *                                                 71  counts
 */
describe('a partition that idled', () => {
  it('brings late events as far back as sessions that they could join were freed', () => {
    const one = trial(counted, times(), [0, 1]);
    one.feed({ at: 0 }, { at: 52, user: 'v', partition: 1 }, { at: 100 });
    expect(one.advance([1])).toEqual(['[0,20) u: 1', '[52,72) v: 1']);
    expect(one.feed({ at: 70, user: 'v', partition: 1 })).toEqual(['lateIdle']);
    expect(one.feed({ at: 71, user: 'v', partition: 1 })).toEqual(['aggregated']);
    expect(one.advance()).toEqual(['[52,91) v: 2']);
  });
});

describe('the end of the input', () => {
  it('stores open sessions as provisional, and they go on', () => {
    const one = trial();
    one.feed({ at: 0 }, { at: 25 });
    expect(one.finish()).toEqual(['[0,20) u: 1 ~', '[25,45) u: 1 ~']);
    expect(one.finish()).toEqual(['[0,20) u: 1 ~', '[25,45) u: 1 ~']);
    one.feed({ at: 40 }, { at: 70, user: 'v' });
    expect(one.advance()).toEqual(['[0,20) u: 1', '[25,60) u: 2']);
  });

  it('leaves rows that are deleted when a later run joins the sessions', () => {
    const one = trial();
    one.feed({ at: 0 }, { at: 25 });
    one.finish();
    one.feed({ at: 10 });
    expect(one.advance()).toEqual(['[25,45) u: deleted']);
    expect(one.finish()).toEqual(['[0,45) u: 3 ~']);
    expect([...one.results.values()]).toHaveLength(1);
  });

  it('leaves no trace of a start whose row was deleted: the next one, not stored yet, is not deleted', () => {
    const one = trial(counted, times(10, 30));
    one.feed({ at: 25 });
    one.finish();
    one.feed({ at: 20 }, { at: 35, user: 'v' });
    expect(one.advance()).toEqual(['[25,45) u: deleted']);
    one.feed({ at: 18 });
    expect(one.advance()).toEqual([]);
    expect(one.finish()).toEqual(['[18,45) u: 3 ~', '[35,55) v: 1 ~']);
  });
});

describe('a snapshot', () => {
  /** The same with a restart, into another dictionary, before each further step. */
  function restarted(one: Trial, windows = counted, more = times()): Trial {
    const next = trial(windows, more);
    next.engine.dictionary.idOf('another');
    next.engine.restore(one.engine.snapshot());
    return next;
  }

  it('holds what is stored, and what is to be deleted', () => {
    const late = times(10, 60);
    const one = trial(visits, late);
    one.feed({ at: 0, amount: 1 }, { at: 35, amount: 2 }, { at: 64, user: 'v' });
    one.advance();
    const two = restarted(one, visits, late);
    expect(two.advance()).toEqual([]);
    two.feed({ at: 18, amount: 4 });
    const three = restarted(two, visits, late);
    expect(three.advance()).toEqual(['[35,55) u: deleted', '[0,55) u: 3 7 1']);
    expect(restarted(three, visits, late).advance()).toEqual([]);
  });

  it('holds which sessions are open again', () => {
    const one = trial();
    one.feed({ at: 0 }, { at: 39, user: 'v' });
    one.advance();
    one.feed({ at: 15 });
    const two = restarted(one);
    expect(two.advance()).toEqual(['[0,35) u: 2 ~']);
    two.feed({ at: 45, user: 'v' });
    expect(restarted(two).advance()).toEqual(['[0,35) u: 2']);
  });

  it('taken before a kill knows less than is stored: what may be is deleted when its session moves', () => {
    const late = times(10, 60);
    const one = trial(counted, late, [0, 1]);
    one.feed({ at: 0 }, { at: 25 }, { at: 0, user: 'v', partition: 1 });
    const saved = one.engine.snapshot();
    // The engine goes on: partition 1 idles, [0,20) is stored, and it is killed.
    one.feed({ at: 55, user: 'w' });
    expect(one.advance([1])).toEqual(['[0,20) u: 1', '[0,20) v: 1', '[25,45) u: 1']);
    const two = trial(counted, late, [0, 1]);
    two.engine.restore(saved);
    two.feed({ at: 55, user: 'w' });
    two.engine.suspectStored();
    two.feed({ at: 10 });
    expect(two.finish()).toEqual(['[25,45) u: deleted', '[0,20) v: 1 ~', '[0,45) u: 3 ~', '[55,75) w: 1 ~']);
  });

  it('taken before a kill: a session that moves while the same records are judged again may have been stored in between', () => {
    const late = times(10, 60);
    const one = trial(counted, late, [0, 1]);
    one.feed({ at: 0, user: 'v', partition: 1 });
    const saved = one.engine.snapshot();
    one.feed({ at: 25 }, { at: 55, user: 'w' });
    expect(one.advance([1])).toEqual(['[0,20) v: 1', '[25,45) u: 1']);
    // The session moves, and the engine is killed before it could delete the row.
    one.feed({ at: 10 });
    const two = trial(counted, late, [0, 1]);
    two.engine.restore(saved);
    two.engine.suspectStored();
    two.feed({ at: 25 }, { at: 55, user: 'w' });
    two.engine.suspectStored();
    two.feed({ at: 10 });
    two.engine.suspectStored();
    expect(two.finish()).toContain('[25,45) u: deleted');
  });

  it('taken before a kill lets no row pass for final that may be: it is said to be open when its session goes on', () => {
    const late = times(10, 60);
    const one = trial(counted, late, [0, 1]);
    one.feed({ at: 30 }, { at: 0, user: 'v', partition: 1 });
    const saved = one.engine.snapshot();
    const two = trial(counted, late, [0, 1]);
    two.engine.restore(saved);
    two.engine.suspectStored();
    two.feed({ at: 40 }, { at: 55, user: 'w' }, { at: 55, user: 'x', partition: 1 });
    expect(two.advance()).toEqual(['[30,60) u: 2 ~', '[0,20) v: 1']);
    expect(two.advance()).toEqual([]);
    two.feed({ at: 69, user: 'w' }, { at: 69, user: 'x', partition: 1 });
    expect(two.advance()).toEqual(['[30,60) u: 2']);
  });

  it('is refused when the gap or the longest duration changed', () => {
    const one = trial();
    for (const other of ['21', '{ gap: 20, max_duration: 2d }'])
      expect(() => trial(counted.replace('20', other)).engine.restore(one.engine.snapshot())).toThrow(
        'windows.visits changed',
      );
  });
});

describe('state', () => {
  it('stays as small as what is open, however many sessions there were', () => {
    const one = trial(visits.replace('n: count()', 'n: count(), kinds: count_distinct(kind)'));
    const most = [0, 0];
    for (let index = 0; index < 3_000; index++) {
      one.feed({ at: index * 5, user: `u${index}`, kind: `k${index % 7}`, amount: 1 });
      if (index % 10 === 0) one.advance();
      const half = Math.floor(index / 1_500);
      most[half] = Math.max(most[half]!, one.engine.size().windowBytes);
    }
    expect(one.engine.size().groups).toBeLessThan(20);
    expect(most[1]).toBeLessThanOrEqual(most[0]!);
    one.finish();
    expect(one.results.size).toBe(3_000);
    expect([...one.results.values()].every(({ values }) => values[0] === 1)).toBe(true);
  });
});

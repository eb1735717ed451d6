import { describe, expect, it } from 'vitest';
import { counted, planOf, Trial, times } from './support.js';

/**
 *   |         |         |
 *   0    5   10   12   20
 *        a         b   c     [0,10): a   [10,20): b   [20,30): c
 */
describe('tumbling', () => {
  it('holds its start and not its end, and is aligned to the epoch', () => {
    const trial = new Trial(planOf(counted));
    trial.feed({ at: 5 }, { at: 12 }, { at: 20 });
    expect(trial.finish()).toEqual(['[0,10): 1', '[10,20): 1 ~', '[20,30): 1 ~']);
  });

  it('is aligned to the epoch before it too', () => {
    const trial = new Trial(planOf(counted));
    trial.feed({ at: -1 }, { at: -10 }, { at: -11 });
    expect(trial.finish()).toEqual(['[-20,-10): 1', '[-10,0): 2 ~']);
  });
});

/** Out of order 10: the window [0,10) is due when W reaches 9, with an event at 19. */
describe('emission', () => {
  it('comes when the watermark reaches the last moment, and not before', () => {
    const trial = new Trial(planOf(counted));
    trial.feed({ at: 3 }, { at: 18 });
    expect(trial.advance()).toEqual([]);
    trial.feed({ at: 19 });
    expect(trial.advance()).toEqual(['[0,10): 1']);
    expect(trial.advance()).toEqual([]);
  });

  it('waits for the slowest partition, also for one without any event', () => {
    const trial = new Trial(planOf(counted), [0, 1]);
    trial.feed({ at: 3 }, { at: 500 });
    expect(trial.advance()).toEqual([]);
    trial.feed({ at: 19, partition: 1 });
    expect(trial.advance()).toEqual(['[0,10): 1']);
  });

  it('does not wait for idle partitions, and never goes back for them', () => {
    const trial = new Trial(planOf(counted), [0, 1]);
    trial.feed({ at: 3 }, { at: 500 });
    expect(trial.advance([1])).toEqual(['[0,10): 1']);
    expect(trial.engine.watermark).toBe(490);
    trial.feed({ at: 495, partition: 1 });
    expect(trial.advance()).toEqual([]);
    expect(trial.engine.watermark).toBe(490);
  });

  it('stands still while all partitions are idle', () => {
    const trial = new Trial(planOf(counted), [0, 1]);
    trial.feed({ at: 3 }, { at: 500 }, { at: 500, partition: 1 });
    expect(trial.advance([0, 1])).toEqual([]);
    expect(trial.engine.watermark).toBe(Number.NEGATIVE_INFINITY);
  });

  it('skips windows without events, however long the gap', () => {
    const trial = new Trial(planOf(counted));
    trial.feed({ at: 3 }, { at: 3 + 1e12 });
    expect(trial.advance()).toEqual(['[0,10): 1']);
  });
});

/** Out of order 10, late 20: [0,10) is emitted with an event at 19, revised until it is freed with one at 39. */
describe('revision', () => {
  it('comes with each advance after a change of an emitted window, for the changed groups alone', () => {
    const trial = new Trial(planOf(counted.replace('aggregates', 'by: [user]\n    aggregates')));
    trial.feed({ at: 3, user: 'a' }, { at: 4, user: 'b' }, { at: 19, user: 'a' });
    expect(trial.advance()).toEqual(['[0,10) a: 1', '[0,10) b: 1']);
    trial.feed({ at: 5, user: 'b' });
    expect(trial.advance()).toEqual(['[0,10) b: 2']);
    expect(trial.advance()).toEqual([]);
  });

  it('brings a group that came late for the first time', () => {
    const trial = new Trial(planOf(counted.replace('aggregates', 'by: [user]\n    aggregates')));
    trial.feed({ at: 3, user: 'a' }, { at: 19, user: 'a' });
    trial.advance();
    trial.feed({ at: 5, user: 'z' });
    expect(trial.advance()).toEqual(['[0,10) z: 1']);
  });

  it('emits a window that had no event before it was due', () => {
    const trial = new Trial(planOf(counted));
    trial.feed({ at: 25 });
    trial.advance();
    trial.feed({ at: 3 });
    expect(trial.advance()).toEqual(['[0,10): 1']);
  });

  it('is possible as long as an event is not late, and the state is gone afterwards', () => {
    const trial = new Trial(planOf(counted));
    trial.feed({ at: 9 }, { at: 38 });
    trial.advance();
    expect(trial.feed({ at: 9 })).toEqual(['aggregated']);
    expect(trial.advance()).toEqual(['[0,10): 2']);
    trial.feed({ at: 39 });
    trial.advance();
    expect(trial.feed({ at: 9 })).toEqual(['late']);
    expect(trial.engine.size().groups).toBe(1);
  });
});

/**
 * Partition 1 idles while partition 0 goes on; then partition 1 brings an event of [0,10), which was freed.
 *
 *   partition 0   3 ............ 100   W = 90: freed up to 70
 *   partition 1   5 (idle)            8?  late: idle      75?  its window [70,80) ends after 71: counts
 */
describe('a partition that idled', () => {
  it('finds its windows freed: late with a reason of its own', () => {
    const trial = new Trial(planOf(counted), [0, 1]);
    trial.feed({ at: 3 }, { at: 5, partition: 1 }, { at: 100 });
    trial.advance([1]);
    expect(trial.feed({ at: 8, partition: 1 }, { at: 75, partition: 1 })).toEqual(['lateIdle', 'aggregated']);
    const counts = trial.engine.counts()[1]!;
    expect(counts).toMatchObject({ consumed: 3, aggregated: 2, lateIdle: 1, late: 0 });
  });

  it('may still bring events for windows that were emitted and not freed', () => {
    const trial = new Trial(planOf(counted), [0, 1]);
    trial.feed({ at: 3 }, { at: 5, partition: 1 }, { at: 38 });
    expect(trial.advance([1])).toEqual(['[0,10): 2']);
    expect(trial.feed({ at: 8, partition: 1 })).toEqual(['aggregated']);
    expect(trial.advance()).toEqual(['[0,10): 3']);
    trial.feed({ at: 39 });
    trial.advance([1]);
    expect(trial.feed({ at: 8, partition: 1 })).toEqual(['lateIdle']);
  });

  it('is judged by the first of its windows that was freed: one verdict, all windows or none', () => {
    const trial = new Trial(planOf(counted.replace('[10]', '[10, 1000]')), [0, 1]);
    trial.feed({ at: 3 }, { at: 5, partition: 1 }, { at: 100 });
    trial.advance([1]);
    expect(trial.feed({ at: 8, partition: 1 })).toEqual(['lateIdle']);
    expect(trial.finish()).toContain('[0,1000): 3 ~');
  });

  it('moves its own watermark by such events as a replay without idleness does', () => {
    const trial = new Trial(planOf(counted), [0, 1]);
    trial.feed({ at: 5, partition: 1 }, { at: 200 });
    trial.advance([1]);
    expect(trial.feed({ at: 100, partition: 1 }, { at: 70, partition: 1 })).toEqual(['lateIdle', 'late']);
  });
});

/** A run saw partition 1 idle at W = 90. Its replay does not know that, but was told of the watermark. */
it('a replay that is moved to the watermarks of the first run judges alike', () => {
  const replayed = new Trial(planOf(counted), [0, 1]);
  replayed.feed({ at: 3 }, { at: 5, partition: 1 }, { at: 100 });
  expect(replayed.engine.advanceTo(90).flatMap(({ rows }) => rows).length).toBe(1);
  expect(replayed.feed({ at: 8, partition: 1 })).toEqual(['lateIdle']);
  expect(replayed.engine.advanceTo(20)).toEqual([]);
  expect(replayed.engine.watermark).toBe(90);
});

describe('the end of the input', () => {
  it('emits open windows as provisional, drops nothing, and goes on', () => {
    const trial = new Trial(planOf(counted));
    trial.feed({ at: 3 }, { at: 21 });
    expect(trial.finish()).toEqual(['[0,10): 1', '[20,30): 1 ~']);
    expect(trial.finish()).toEqual(['[20,30): 1 ~']);
    expect(trial.feed({ at: 22 })).toEqual(['aggregated']);
    expect(trial.finish()).toEqual(['[20,30): 2 ~']);
    trial.feed({ at: 39 });
    expect(trial.advance()).toEqual(['[20,30): 2']);
  });

  it('does not move the watermark to the end: what is on time stays on time', () => {
    const trial = new Trial(planOf(counted));
    trial.feed({ at: 50 });
    trial.finish();
    expect(trial.engine.watermark).toBe(40);
    expect(trial.feed({ at: 21 })).toEqual(['aggregated']);
  });
});

/**
 * Size 20, advance 10:
 *
 *   -10    0    10   20   30
 *    [---------)               a at 5 is in [-10,10) and [0,20)
 *          [---------)
 *               [---------)    b at 10 is in [0,20) and [10,30)
 */
describe('hopping', () => {
  const plan = planOf('  w: { hopping: [{ size: 20, advance: 10 }], aggregates: { n: count() } }');

  it('puts an event into every window that holds it', () => {
    const trial = new Trial(plan);
    trial.feed({ at: 5 }, { at: 10 });
    expect(trial.finish()).toEqual(['[-10,10): 1 ~', '[0,20): 2 ~', '[10,30): 1 ~']);
  });

  it('revises each emitted window that a change falls into, and no other', () => {
    const trial = new Trial(plan);
    trial.feed({ at: 5 }, { at: 19 });
    expect(trial.advance()).toEqual(['[-10,10): 1']);
    trial.feed({ at: 6 });
    expect(trial.advance()).toEqual(['[-10,10): 2']);
  });
});

describe('several sizes', () => {
  it('share slices and keep few of them: fine ones are merged when the small windows are freed', () => {
    const trial = new Trial(planOf('  w: { tumbling: [10, 100, 1000], aggregates: { n: count() } }'));
    for (let at = 0; at < 950; at += 5) {
      trial.feed({ at, id: `${at}` });
      trial.advance();
    }
    const rows = trial.emitted.map(({ row }) => row);
    expect(rows.filter(({ size }) => size === 100).map(({ start, values }) => [start, values[0]])).toEqual(
      [0, 100, 200, 300, 400, 500, 600, 700, 800].map((start) => [start, 20]),
    );
    // The last 30 ms in tens, the hundreds that are not freed, and one of the past: not one per ten.
    expect(trial.engine.size().groups).toBeLessThan(10);
    expect(trial.finish()).toContain('[0,1000): 190 ~');
  });

  it('may differ in the order in which they end', () => {
    const trial = new Trial(planOf('  w: { tumbling: [10, 12], aggregates: { n: count() } }', times(0, 0, 10)));
    for (const at of [0, 9, 10, 11, 12, 19, 20, 23, 24, 40, 100]) {
      trial.feed({ at, id: `${at}` });
      trial.advance();
    }
    const counts = (size: number) =>
      trial.emitted.filter(({ row }) => row.size === size).map(({ row }) => `${row.start}: ${row.values[0]}`);
    expect(counts(10)).toEqual(['0: 2', '10: 4', '20: 3', '40: 1']);
    expect(counts(12)).toEqual(['0: 4', '12: 4', '24: 1', '36: 1']);
    expect(trial.engine.size().groups).toBe(1);
  });
});

describe('filters and groups', () => {
  it('leave events out of an aggregate and change no verdict and no watermark', () => {
    const trial = new Trial(planOf('  w: { tumbling: [10], where: kind == "a", aggregates: { n: count() } }'));
    expect(trial.feed({ at: 3, kind: 'a' }, { at: 4, kind: 'b' }, { at: 5 }, { at: 19 })).toEqual(
      Array(4).fill('aggregated'),
    );
    expect(trial.advance()).toEqual(['[0,10): 1']);
  });

  it('of one aggregate leave the others alone', () => {
    const trial = new Trial(
      planOf(`  w:
    tumbling: [10]
    aggregates: { n: count(), big: { value: sum(amount), where: amount > 5 }, none: { value: max(amount), where: amount > 99 } }`),
    );
    trial.feed({ at: 1, amount: 3 }, { at: 2, amount: 7 }, { at: 3, amount: 8 }, { at: 4 });
    expect(trial.finish()).toEqual(['[0,10): 4 15  ~']);
    expect(trial.emitted[0]!.row.values).toEqual([4, 15, null]);
  });

  it('groups by strings, ints and bools; null is a group of its own', () => {
    const trial = new Trial(planOf('  w: { tumbling: [10], by: [kind, amount, flag], aggregates: { n: count() } }'));
    const groups = [
      { kind: 'a', amount: 2 ** 40, flag: true },
      { kind: 'a', amount: -(2 ** 40), flag: true },
      { kind: 'a', amount: 0, flag: false },
      { kind: 'b' },
      {},
      { kind: 'a', amount: 2 ** 40, flag: true },
      {},
    ];
    trial.feed(...groups.map((group, at) => ({ at, ...group })));
    trial.finish();
    expect(trial.emitted.map(({ row }) => [...row.keys, row.values[0]])).toEqual([
      ['a', 2 ** 40, 1, 2],
      ['a', -(2 ** 40), 1, 1],
      ['a', 0, 0, 1],
      ['b', null, null, 1],
      [null, null, null, 2],
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Column } from '../../../../src/core/process/batch.js';
import type { Alert, KeyDetector } from '../../../../src/core/process/detect/kind.js';
import { detectorSource } from '../../../../src/core/process/detect/source.js';
import { DetectorState } from '../../../../src/core/process/detect/state.js';
import { Dictionary } from '../../../../src/core/process/dictionary.js';
import { ColumnExpressions } from '../../../../src/core/process/expressions.js';
import { StateReader } from '../../../../src/core/process/snapshot/reader.js';
import { StateWriter } from '../../../../src/core/process/snapshot/writer.js';
import { counted, planOf } from '../support.js';
import { Witness } from './witness.js';

/** One detector of a partition, by user, with a witness for each. Observations are `[time, timer in 5 ms, user]`; a timer of null sets none. */
class Watched {
  private readonly dictionary = new Dictionary();
  private readonly state: DetectorState;
  private readonly alerts: Alert[] = [];
  private readonly settings: string;
  private frontier = Number.NEGATIVE_INFINITY;
  private offset = 0;

  constructor(settings: string, create: () => KeyDetector = () => new Witness()) {
    this.settings = settings;
    const plan = planOf(
      `${counted}\ndetect: { d: { kind: velocity, at_least: 2, within: 1, distinct: amount, ${settings} } }`,
    );
    const source = detectorSource(plan.detect[0]!, this.dictionary, new ColumnExpressions());
    this.state = new DetectorState({ ...source, create }, 0);
  }

  get size(): number {
    return this.state.size;
  }

  /** What is told after these came and the frontier got there: the last of each history, behind its user. */
  feed(frontier: number, ...observations: [time: number, timer: number | null, user?: string][]): string[] {
    const size = observations.length;
    const users = observations.map(([, , user = 'u']) => this.dictionary.idOf(user));
    const numbers = (values: number[]): Column => ({ kind: 'number', values: Float64Array.from(values) });
    const times = Float64Array.from(observations, ([time]) => time);
    const columns: Column[] = [
      numbers([]),
      { kind: 'number', values: times },
      { kind: 'interned', ids: Int32Array.from(users), dictionary: this.dictionary },
      numbers([]),
      numbers(observations.map(([, timer]) => timer ?? Number.NaN)),
    ];
    const rows = Int32Array.from(observations, (_, row) => row);
    const offsets = Float64Array.from(observations, () => this.offset++);
    this.state.hold({ size, columns }, times, offsets, rows, size);
    this.state.release(frontier, this.alerts);
    this.frontier = frontier;
    return this.alerts.splice(0).map(({ id, keys, evidence }) => `${keys.user} ${id.slice(2)}:${evidence.history}`);
  }

  restarted(): Watched {
    const writer = new StateWriter();
    this.state.write(writer, this.frontier);
    const next = new Watched(this.settings);
    next.state.read(new StateReader(writer.finish()));
    next.offset = this.offset;
    return next;
  }
}

const quiet = 'cooldown: 0';

/**
 * A timer that the observation of 10 set for 30:
 *
 *   10                   30 | 31
 *   o                    o  w  o      at 30 it is seen first, then it is woken; at 31 it was woken before
 */
describe('a detector is woken', () => {
  it('when the frontier gets there, and not before', () => {
    const one = new Watched(quiet);
    expect(one.feed(29, [10, 4])).toEqual(['u 0-0: 10:4']);
    expect(one.feed(30)).toEqual(['u 0-0@30: 10:4 wake 30']);
    expect(one.feed(99)).toEqual([]);
  });

  it('after what is seen at that time', () => {
    const one = new Watched(quiet);
    expect(one.feed(50, [10, 4], [30, null]).at(-1)).toBe('u 0-0@30: 10:4 30: wake 30');
  });

  it('before what is seen later, though both are there at once', () => {
    const one = new Watched(quiet);
    expect(one.feed(50, [10, 4], [31, null])).toEqual([
      'u 0-0: 10:4',
      'u 0-0@30: 10:4 wake 30',
      'u 0-1: 10:4 wake 30 31:',
    ]);
  });

  it('by the time that it asked for last, be that earlier or later', () => {
    const later = new Watched(quiet);
    expect(later.feed(60, [10, 4], [20, 4]).at(-1)).toBe('u 0-1@40: 10:4 20:4 wake 40');
    const earlier = new Watched(quiet);
    expect(earlier.feed(60, [10, 4], [20, 1]).slice(1)).toEqual(['u 0-1: 10:4 20:1', 'u 0-1@25: 10:4 20:1 wake 25']);
  });

  it('in the order of time over all keys', () => {
    const one = new Watched(quiet);
    // u's first timer is put off from 30 to 60; v's is for 50.
    const told = one.feed(99, [10, 4], [20, 8], [30, 4, 'v']);
    expect(told.filter((each) => each.includes('@')).map((each) => each.split(':')[0])).toEqual([
      'v 0-2@50',
      'u 0-1@60',
    ]);
  });

  it('also after a restart', () => {
    const one = new Watched(quiet);
    one.feed(29, [10, 4]);
    expect(one.restarted().feed(30)).toEqual(['u 0-0@30: 10:4 wake 30']);
  });
});

describe('the cooldown', () => {
  it('counts from alerts of timers, and keeps those quiet too', () => {
    const one = new Watched('cooldown: 20');
    // The alert of 10 silences the one of 29, and that of the timer at 30 the one of 49.
    expect(one.feed(80, [10, null], [25, 1], [49, null], [50, null]).map((each) => each.split(':')[0])).toEqual([
      'u 0-0',
      'u 0-1@30',
      'u 0-3',
    ]);
  });

  it('goes on after a restart', () => {
    const one = new Watched('cooldown: 20');
    expect(one.feed(10, [10, null])).toHaveLength(1);
    const next = one.restarted();
    expect(next.feed(29, [29, null])).toEqual([]);
    expect(next.feed(30, [30, null])).toEqual(['u 0-2: 10: 29: 30:']);
  });
});

/**
 *   forget 20:   10                29 | 30
 *                o                 the same | anew
 */
describe('a key that was not seen for so long', () => {
  it('begins anew, exactly then and not before', () => {
    const one = new Watched('forget: 20, cooldown: 0');
    expect(one.feed(29, [10, null], [29, null]).at(-1)).toBe('u 0-1: 10: 29:');
    const other = new Watched('forget: 20, cooldown: 0');
    expect(other.feed(30, [10, null], [30, null]).at(-1)).toBe('u 0-1: 30:');
  });

  it('counts from its last observation, and from no other key’s', () => {
    const one = new Watched('forget: 20, cooldown: 0');
    expect(one.feed(99, [10, null], [25, null], [30, null, 'v'], [44, null]).at(-1)).toBe('u 0-3: 10: 25: 44:');
    const other = new Watched('forget: 20, cooldown: 0');
    expect(other.feed(99, [10, null], [29, null, 'v'], [30, null]).at(-1)).toBe('u 0-2: 30:');
  });

  it('is forgotten with its timers: those of that time and later never come', () => {
    const one = new Watched('forget: 20, cooldown: 0');
    expect(one.feed(99, [10, 4])).toHaveLength(1);
    const other = new Watched('forget: 21, cooldown: 0');
    expect(other.feed(99, [10, 4])).toHaveLength(2);
  });

  it('keeps a timer that is beyond that time, should it be seen again before', () => {
    const one = new Watched('forget: 20, cooldown: 0');
    expect(one.feed(99, [10, 4], [20, null]).at(-1)).toBe('u 0-0@30: 10:4 20: wake 30');
  });

  it('is not seen by being woken', () => {
    const one = new Watched('forget: 20, cooldown: 0');
    expect(one.feed(99, [10, 3], [30, null]).at(-1)).toBe('u 0-1: 30:');
  });

  it('has no cooldown from before', () => {
    const one = new Watched('forget: 20, cooldown: 20');
    expect(one.feed(99, [10, null], [14, 3], [34, null]).map((each) => each.split(':')[0])).toEqual(['u 0-0', 'u 0-2']);
    const woken = new Watched('forget: 20, cooldown: 15');
    // The timer's alert of 28 would silence the one of 34.
    expect(woken.feed(99, [10, null], [13, 3], [34, null]).map((each) => each.split(':')[0])).toEqual([
      'u 0-0',
      'u 0-1@28',
      'u 0-2',
    ]);
  });

  it('is told alike before and after a restart, though the saved state has no key that is forgotten', () => {
    const one = new Watched('forget: 20, cooldown: 0');
    one.feed(29, [10, null]);
    expect(one.restarted().feed(29, [29, null])).toEqual(['u 0-1: 10: 29:']);
    one.feed(30);
    expect(one.restarted().size).toBe(0);
  });

  it('takes no memory: state is as large as what is not forgotten, and what is held', () => {
    const one = new Watched('forget: 1000, cooldown: 0');
    for (let time = 0; time < 50_000; time += 10) one.feed(time, [time, null, `user ${time}`], [90_000, null, 'held']);
    expect(one.size).toBeLessThan(1_100);
    expect(one.feed(89_999)).toEqual([]);
    expect(one.feed(90_000)).toHaveLength(5_000);
  });
});
